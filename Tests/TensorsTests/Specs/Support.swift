import Tensors
import TestSupport

/// Runs the reference of a spec on tensors.
func run(_ spec: Spec, _ inputs: [Tensor], _ parameters: [Tensor] = []) throws -> Tensor {
  let call = try Call.make(spec, inputs.map(\.shape))
  let output = try Tensor(zeros: call.output)
  call.reference(
    inputs: inputs.map { TensorView($0) }, parameters: parameters.map { TensorView($0) },
    output: MutableTensorView(output))
  return output
}

/// A map of one image and the given channels, row-major.
func map(_ c: Int, _ h: Int, _ w: Int, _ values: [Float]) throws -> Tensor {
  try Tensor(Shape(1, c, h, w)!, values)
}

/// 1, 2, 3 … up to the number of cells.
func counting(_ n: Int, _ c: Int, _ h: Int, _ w: Int) throws -> Tensor {
  let shape = Shape(n, c, h, w)!
  return try Tensor(shape, (1...shape.count).map { Float($0) })
}

extension RandomNumbers {
  /// Whole numbers of at most `largest` either side of zero: sums of products are exact.
  mutating func tensor(_ shape: Shape, largest: Int = 8) throws -> Tensor {
    try Tensor(shape, (0..<shape.count).map { _ in Float(integer(in: -largest...largest)) })
  }

  mutating func size(_ range: ClosedRange<Int>) -> Size2 {
    Size2(integer(in: range), integer(in: range))
  }

  mutating func insets(_ range: ClosedRange<Int>) -> Insets {
    Insets(
      top: integer(in: range), bottom: integer(in: range), left: integer(in: range),
      right: integer(in: range))
  }
}

extension Tensor {
  subscript(n: Int, c: Int, h: Int, w: Int) -> Float {
    withSpan { $0[((n * shape.c + c) * shape.h + h) * shape.w + w] }
  }

  /// The number at a cell of the map, or `outside`.
  func cell(_ n: Int, _ c: Int, _ h: Int, _ w: Int, outside: Float = 0) -> Float {
    h >= 0 && h < shape.h && w >= 0 && w < shape.w ? self[n, c, h, w] : outside
  }

  /// The same bits: NaN equals NaN, and zeros differ by their sign.
  func isIdentical(to other: Tensor) -> Bool {
    shape == other.shape && values.map(\.bitPattern) == other.values.map(\.bitPattern)
  }

  /// The largest difference; infinite where a shape or a NaN differs.
  func distance(to other: [Float]) -> Double {
    guard shape.count == other.count else { return .infinity }
    return zip(values, other).reduce(0) { largest, pair in
      if pair.0.isNaN || pair.1.isNaN {
        return pair.0.isNaN && pair.1.isNaN ? largest : .infinity
      }
      return pair.0 == pair.1 ? largest : max(largest, abs(Double(pair.0) - Double(pair.1)))
    }
  }
}

let symbolicMap = TensorType.map(256, .symbol(.height), .symbol(.width))
