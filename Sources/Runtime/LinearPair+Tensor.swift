import Kernels
import Planning
import Tensors

/// What a pair comes to, summed in double; the parameters of a verified plan fit one another.
extension LinearPair {
  func weight(_ stored: (Int) throws(RunError) -> Tensor) throws(RunError) -> Tensor {
    let (first, second) = (try first.tensor(stored), try second.tensor(stored))
    let (inner, outer) = (first.shape, second.shape)
    let slopes = slope.values(try parameters(stored), channels: inner.n)
    let result = try Tensor.make(outer.n, inner.c * groups, inner.h * outer.h, inner.w * outer.w)
    // The weights of a channel between lie in one row, those that it is weighted with are taps of a
    // column. One of the two has one tap, so that taps of both are taps of their product.
    let (rowCount, taps) = (inner.c * inner.h * inner.w, outer.h * outer.w)
    var sums = [Double](repeating: 0, count: result.shape.count / max(outer.n, 1))
    first.withSpan { first in
      second.withSpan { second in
        result.withMutableSpan { result in
          for output in 0..<outer.n {
            for index in sums.indices { sums[index] = 0 }
            for channel in slopes.indices {
              let start = channel / (inner.n / groups) * rowCount
              for tap in 0..<taps {
                let factor =
                  Double(second[(output * inner.n + channel) * taps + tap]) * slopes[channel]
                for index in 0..<rowCount {
                  sums[(start + index) * taps + tap] +=
                    factor * Double(first[channel * rowCount + index])
                }
              }
            }
            let row = output * sums.count
            for index in sums.indices { result[row + index] = Float(sums[index]) }
          }
        }
      }
    }
    return result
  }

  func bias(_ stored: (Int) throws(RunError) -> Tensor) throws(RunError) -> Tensor {
    let second = try second.tensor(stored)
    let (channels, taps) = (second.shape.c, second.shape.h * second.shape.w)
    let parameters = try parameters(stored)
    let slopes = slope.values(parameters, channels: channels)
    var offsets = intercept.values(parameters, channels: channels)
    if let own = try firstBias?.tensor(stored).values {
      for channel in offsets.indices { offsets[channel] += slopes[channel] * Double(own[channel]) }
    }
    let own = try secondBias?.tensor(stored).values
    let result = try Tensor.make(second.shape.n)
    second.withSpan { second in
      result.withMutableSpan { result in
        for output in result.indices {
          var sum = Double(own?[output] ?? 0)
          for channel in offsets.indices {
            for tap in 0..<taps {
              sum += Double(second[(output * channels + channel) * taps + tap]) * offsets[channel]
            }
          }
          result[output] = Float(sum)
        }
      }
    }
    return result
  }

  private func parameters(
    _ stored: (Int) throws(RunError) -> Tensor
  ) throws(RunError) -> [Tensor] {
    var tensors: [Tensor] = []
    for parameter in between { tensors.append(try parameter.tensor(stored)) }
    return tensors
  }
}
