import Frontend
import Tensors

extension RenameRule.Layout {
  /// The order in which stored dimensions make a tensor of the wanted shape; nil where none does.
  ///
  /// `HWIO` (TensorFlow) turns H,W,I,O into O,I,H,W, depthwise H,W,C,M into C·M,1,H,W with the
  /// channels outermost, and dense I,O into O,I; vectors stay as they are.
  func order(stored: [Int], wanted: [Int]) -> [Int]? {
    let identity = Array(stored.indices)
    guard self == .hwio else { return stored == wanted ? identity : nil }
    switch stored.count {
    case 4:
      if [3, 2, 0, 1].map({ stored[$0] }) == wanted { return [3, 2, 0, 1] }
      let (channels, overflow) = stored[2].multipliedReportingOverflow(by: stored[3])
      return !overflow && wanted == [channels, 1, stored[0], stored[1]] ? [2, 3, 0, 1] : nil
    case 2: return stored.reversed() == wanted ? [1, 0] : nil
    default: return stored == wanted ? identity : nil
    }
  }
}

extension Tensor {
  /// The numbers in another order of dimensions: `order[i]` is the old place of new dimension i.
  func permuted(_ order: [Int], to shape: Shape) throws(AllocationError) -> Tensor {
    guard order != Array(order.indices) else { return self }
    precondition(order.count == self.shape.rank && shape.count == self.shape.count, "a permutation")
    var strides = [Int](repeating: 1, count: order.count)
    for index in strides.indices.dropLast().reversed() {
      strides[index] = strides[index + 1] * self.shape[index + 1]
    }
    let view = StridedView(
      order.map { self.shape[$0] }, strides: order.map { strides[$0] }, offset: 0)
    guard let view else { throw AllocationError(bytes: .max) }
    return try view.gather(self).reshaped(shape)
  }
}
