import Formats
import Runtime
import Tensors

/// What a library computed for one network at one size (Tests/Zoo/parity_reference.py): samples of its taps.
struct ParityReference: Sendable {
  struct Tap: Sendable {
    let name: String
    let shape: Shape
    let positions: [Int]
    /// At the positions, or the whole of it in the tests of the comparison.
    let values: [Float]
    /// By channel, over all positions of the library's tap.
    let means: [Float]
  }

  static let folder = "Tests/Zoo/parity"

  let seed: UInt64
  let height: Int
  let width: Int
  /// `os=16`, or nothing where the file has one output stride only.
  let settings: [String]
  let taps: [Tap]
  /// Class indices at `labelPositions` of the map.
  let labels: [Float]
  let labelPositions: [Int]

  struct Malformed: Error {
    let name: String
    let reason: String
  }

  /// Reads `<name>.safetensors`; the form is documented in parity_reference.py.
  init(_ name: String) throws {
    let file = try WeightsFile("\(Zoo.root)/\(Self.folder)/\(name).safetensors")
    func numbers(_ key: String) throws -> [Int] {
      let text = file.metadata[key] ?? ""
      let numbers = text.split(separator: "x").compactMap { Int($0) }
      guard !numbers.isEmpty else { throw Malformed(name: name, reason: "\(key) is `\(text)`") }
      return numbers
    }
    let seed = UInt64(try numbers("seed")[0])
    self.seed = seed
    let size = try numbers("size")
    height = size[0]
    width = size[size.count - 1]
    settings = (file.metadata["os"] ?? "").isEmpty ? [] : ["os=\(try numbers("os")[0])"]
    var taps: [Tap] = []
    for key in file.metadata.keys.sorted() where key.hasPrefix("shape:") {
      let tap = String(key.dropFirst("shape:".count))
      guard let shape = Shape([1] + (try numbers(key))) else {
        throw Malformed(name: name, reason: "\(key) is no shape")
      }
      taps.append(
        Tap(
          name: tap, shape: shape,
          positions: Self.positions(seed: seed, of: tap, count: shape.count),
          values: try file.read(tap).values, means: try file.read("\(tap):means").values))
    }
    self.taps = taps
    labels = try file.read("labels").values
    labelPositions = Self.positions(seed: seed, of: "labels", count: height * width)
  }

  /// At most this many positions of a tap are stored.
  static let limit = 4096

  /// One position drawn from each of as many equal parts of a row-major array.
  static func positions(seed: UInt64, of name: String, count: Int) -> [Int] {
    let kept = min(count, limit)
    var stream = SplitMix64(seed: seed, name: "positions:\(name)")
    return (0..<kept).map { index in
      let lower = index * count / kept
      let upper = (index + 1) * count / kept
      return lower + Int(stream.next() % UInt64(upper - lower))
    }
  }

  /// The picture that the library saw: blocks of one colour.
  func picture() throws -> Tensor {
    let block = 100
    let (rows, columns) = ((height + block - 1) / block, (width + block - 1) / block)
    var stream = SplitMix64(seed: seed, name: "input:blocks")
    let blocks = (0..<3 * rows * columns).map { _ in stream.uniform(-0.1, 0.1) }
    var values: [Float] = []
    values.reserveCapacity(3 * height * width)
    for channel in 0..<3 {
      for row in 0..<height {
        for column in 0..<width {
          values.append(blocks[(channel * rows + row / block) * columns + column / block])
        }
      }
    }
    guard let shape = Shape([1, 3, height, width]) else {
      throw Malformed(name: "\(height)x\(width)", reason: "is no size")
    }
    return try Tensor(shape, values)
  }
}

extension ParityReference.Tap {
  /// |y − r| / |r − m| at the positions, with the reference's mean m of the channel; infinite where
  /// the shapes differ, where a number is missing and where the reference does not vary.
  func distance(of found: Tensor) -> Double {
    guard found.shape == shape, values.count == positions.count else { return .infinity }
    let values = found.values
    var difference = 0.0
    for (position, reference) in zip(positions, self.values) {
      let error = Double(values[position]) - Double(reference)
      difference += error * error
    }
    let distance = (difference / squaredVariation).squareRoot()
    // A comparison with NaN is false, so it must not read as a small distance.
    return distance.isFinite ? distance : .infinity
  }

  /// |r − m|²
  private var squaredVariation: Double {
    let plane = shape.h * shape.w
    return zip(positions, values).reduce(0) { sum, sample in
      let offset = Double(sample.1) - Double(means[sample.0 / plane])
      return sum + offset * offset
    }
  }

  /// |r − m| / |r|, 0 where the tap is constant or has a value that is no number.
  var variation: Double {
    let norm = values.reduce(0) { $0 + Double($1) * Double($1) }
    let share = (squaredVariation / norm).squareRoot()
    return share.isFinite ? share : 0
  }
}
