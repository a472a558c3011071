import Tensors

/// Two convolutions with nothing but an affine function of each channel between them, which are one.
///
/// With U and u the weights and bias of the first, V and v of the second, s and t the slopes and
/// intercepts between them: V (s (U x + u) + t) + v = (V s U) x + (V (s u + t) + v). One of the two
/// has a window of one cell, so that the products of their taps are the taps of the other.
package struct LinearPair: Hashable, Sendable {
  package let first: StepParameter
  package let firstBias: StepParameter?
  /// Groups of the first convolution.
  package let groups: Int
  /// Of one number a channel; their parameters are `between`.
  package let slope: Scalar
  package let intercept: Scalar
  package let between: [StepParameter]
  package let second: StepParameter
  package let secondBias: StepParameter?

  var stored: [Int] {
    let biases = [firstBias, secondBias].compactMap { $0 }
    return ([first, second] + biases + between).flatMap(\.stored)
  }

  /// The shape of the weights; nil where the parameters do not fit one another.
  func weightShape(_ stored: (Int) -> Shape?) -> Shape? {
    guard let inner = first.shape(stored), let outer = second.shape(stored), inner.rank == 4,
      outer.rank == 4, groups >= 1, inner.n % groups == 0, outer.c == inner.n,
      inner.h * inner.w == 1 || outer.h * outer.w == 1
    else { return nil }
    let (channels, overflow) = inner.c.multipliedReportingOverflow(by: groups)
    let between = (between + [firstBias].compactMap { $0 }).map { $0.shape(stored) }
    guard !overflow, between.allSatisfy({ $0?.count == inner.n }) else { return nil }
    return Shape(outer.n, channels, inner.h * outer.h, inner.w * outer.w)
  }

  func biasShape(_ stored: (Int) -> Shape?) -> Shape? {
    guard let weight = weightShape(stored) else { return nil }
    let own = secondBias.map { $0.shape(stored)?.count }
    return own == nil || own == weight.n ? Shape([weight.n]) : nil
  }
}
