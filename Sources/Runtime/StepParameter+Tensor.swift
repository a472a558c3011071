import Planning
import Tensors

extension StepParameter {
  /// Its numbers, made of the stored parameters that `stored` gives; these have the shapes of the
  /// plan, which the verified parameter fits.
  func tensor(_ stored: (Int) throws(RunError) -> Tensor) throws(RunError) -> Tensor {
    switch self {
    case .stored(let index): return try stored(index)
    case .channels(let ranges, let whole):
      return try Self.channels(ranges, of: whole.tensor(stored))
    case .weight(let pair): return try pair.weight(stored)
    case .bias(let pair): return try pair.bias(stored)
    }
  }

  private static func channels(
    _ ranges: [Range<Int>], of whole: Tensor
  ) throws(RunError) -> Tensor {
    let (from, taps) = (whole.shape, whole.shape.h * whole.shape.w)
    let result = try Tensor.make(from.n, ranges.reduce(0) { $0 + $1.count }, from.h, from.w)
    whole.withSpan { source in
      result.withMutableSpan { destination in
        var next = 0
        for row in 0..<from.n {
          for range in ranges {
            let first = (row * from.c + range.lowerBound) * taps
            for index in 0..<range.count * taps {
              destination[next + index] = source[first + index]
            }
            next += range.count * taps
          }
        }
      }
    }
    return result
  }
}

extension Tensor {
  /// Zeros of these dimensions.
  static func make(_ dimensions: Int...) throws(RunError) -> Tensor {
    guard let shape = Shape(dimensions) else { throw .outOfMemory(bytes: .max) }
    do throws(AllocationError) {
      return try Tensor(zeros: shape)
    } catch {
      throw .outOfMemory(bytes: error.bytes)
    }
  }
}
