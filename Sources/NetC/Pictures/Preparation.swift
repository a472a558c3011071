import Formats
import IR
import Source
import Tensors

/// Makes the tensor of one input from what a file holds.
package struct Preparation: Sendable {
  package let name: String
  let format: InputFormat
  private let type: TensorType
  private let fitter: PictureFitter
  private let normalization: Normalization

  /// `format` prepares pictures otherwise than the network says.
  package init(_ input: GraphInput, of checked: CheckedGraph, as format: InputFormat? = nil) {
    let format = format ?? input.format
    name = input.name
    self.format = format
    type = checked.graph[input.value].type
    var admissible = checked.admissible
    if let sides = type.extents {
      admissible.height = Self.sides(sides.height, admissible.height)
      admissible.width = Self.sides(sides.width, admissible.width)
    }
    var fixed: Size2?
    if let height = type.extents?.height.constantValue,
      let width = type.extents?.width.constantValue
    {
      fixed = Size2(height, width)
    }
    fitter = PictureFitter(
      name: name, fit: format.fit, admissible: admissible, fixed: fixed)
    normalization = Normalization(format)
  }

  /// The admissible sides, or the one side of a fixed extent.
  private static func sides(_ extent: Extent, _ admissible: SizeSet) -> SizeSet {
    guard let side = extent.constantValue else { return admissible }
    return (try? SizeSet.sizes([side])) ?? .none
  }

  /// How a picture of some size becomes the input; N0802 where it cannot.
  package func fit(height: Int, width: Int, path: String) throws(Diagnostic) -> Fit {
    try fitter.fit(height: height, width: width, path: path)
  }

  /// The shape that the input has at some sizes.
  func shape(at sizes: Sizes) -> Shape? { type.shape(at: sizes) }

  /// The part of a picture that the network sees, at the size at which it sees it, without what is
  /// padded right and below.
  func fitted(_ picture: Picture, _ fit: Fit) throws(FormatError) -> Picture {
    let resized = try picture.resized(width: fit.width.resized, height: fit.height.resized)
    if fit.isPadded || fit.isExact { return resized }
    return try resized.centerCropped(width: fit.width.input, height: fit.height.input)
  }

  /// A picture as a tensor 1, C, H, W; samples that are padded are the mean: 0.
  package func tensor(_ picture: Picture, _ fit: Fit) throws -> Tensor {
    let channels = format.pictureChannels
    let part = try fitted(channels == 1 ? picture.gray : picture.rgb, fit)
    let (height, width) = (fit.height.input, fit.width.input)
    guard let shape = Shape(1, channels, height, width) else {
      throw FormatError(.limit, "the input is \(height) x \(width)")
    }
    let tensor = try Tensor(zeros: shape)
    let samples = part.bytes.span
    tensor.withMutableSpan { values in
      for channel in 0..<channels {
        let table = normalization.tables[channel]
        let source = format.kind == .bgr ? 2 - channel : channel
        for y in 0..<min(height, part.height) {
          let (from, to) = (y * part.width, (channel * height + y) * width)
          for x in 0..<min(width, part.width) {
            values[to + x] = table[Int(samples[(from + x) * channels + source])]
          }
        }
      }
    }
    return tensor
  }

  /// An array as the input: [C, H, W] or [N, C, H, W], [R, 4] for windows; already normalized.
  package func tensor(_ array: Tensor, path: String) throws(Diagnostic) -> Tensor {
    let found = array.shape.dimensions
    if case .windows = type.kind {
      guard found == [found[0], 4] || found == [found[0], 4, 1, 1],
        let shape = Shape(found[0], 4, 1, 1)
      else { throw .arrayDoesNotFit(found, "R x 4: x1, y1, x2, y2 a window", name, path) }
      return array.reshaped(shape)
    }
    let four = found.count == 3 ? [1] + found : found
    let wanted = "\(type.channels) x H x W or N x \(type.channels) x H x W"
    guard four.count == 4, four[1] == type.channels, let shape = Shape(four) else {
      let isLast = four.count == 4 && four[3] == type.channels
      let order = found.count == 3 ? "2, 0, 1" : "0, 3, 1, 2"
      throw .arrayDoesNotFit(
        found, wanted, name, path,
        help: isLast
          ? "its channels come last: save numpy.ascontiguousarray(a.transpose(\(order)))" : nil)
    }
    let sizes = fitter.admissible
    guard sizes.contains(Sizes(height: shape.h, width: shape.w)) else {
      let height = sizes.height.smallestMember(from: shape.h)
      let width = sizes.width.smallestMember(from: shape.w)
      let larger = height.flatMap { height in width.map { "the next larger is \(height)x\($0)" } }
      throw .arrayDoesNotFit(
        found, "\(wanted) with \(fitter.wanted)", name, path, help: larger)
    }
    return array.reshaped(shape)
  }
}

extension Diagnostic {
  fileprivate static func arrayDoesNotFit(
    _ found: [Int], _ wanted: String, _ name: String, _ path: String, help: String? = nil
  ) -> Diagnostic {
    Diagnostic(
      .wrongInputSize, "the array is \(shapeText(found)), `\(name)` takes \(wanted)", path: path,
      help: help)
  }
}
