import Formats
import Tensors

/// Class indices, rows from the top.
package struct Mask: Hashable, Sendable {
  package let height: Int
  package let width: Int
  /// `height * width` indices.
  package let labels: [Int32]

  package init(height: Int, width: Int, labels: [Int32]) {
    precondition(labels.count == height * width, "a label a pixel")
    self.height = height
    self.width = width
    self.labels = labels
  }

  /// One image of a label tensor N, 1, H, W.
  init(_ tensor: Tensor, image: Int = 0) {
    let (height, width) = (tensor.shape.h, tensor.shape.w)
    precondition(tensor.shape.c == 1 && image < tensor.shape.n, "one image of labels")
    let labels = tensor.withSpan { values in
      (image * height * width..<(image + 1) * height * width).map { Int32(label: values[$0]) }
    }
    self.init(height: height, width: width, labels: labels)
  }

  /// The indices as a gray picture; nil where one needs more than 8 bits.
  var indices: Picture? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(labels.count)
    for label in labels {
      guard let byte = UInt8(exactly: label) else { return nil }
      bytes.append(byte)
    }
    return Picture(width: width, height: height, channels: 1, bytes: bytes)
  }
}

/// The pixels of each class of some masks.
package struct ClassCounts: Sendable {
  private var pixels: [Int32: Int] = [:]

  package init() {}

  package mutating func add(_ mask: Mask) {
    // Runs of one class are counted at once: neighbours are mostly alike.
    var start = 0
    let labels = mask.labels.span
    for index in 0..<labels.count
    where index + 1 == labels.count || labels[index] != labels[index + 1] {
      pixels[labels[index], default: 0] += index + 1 - start
      start = index + 1
    }
  }

  package mutating func add(_ other: ClassCounts) {
    pixels.merge(other.pixels, uniquingKeysWith: +)
  }

  /// The classes found with their share in 0...1, most frequent first.
  package var shares: [(label: Int, share: Double)] {
    let total = Double(pixels.values.reduce(0, +))
    return pixels.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { (Int($0.key), Double($0.value) / total) }
  }
}

extension Int32 {
  /// A class index held as float; what is none, which only NaN inputs can make, counts as 0.
  init(label: Float) {
    self = Int32(exactly: label.rounded()) ?? 0
  }
}
