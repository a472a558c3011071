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

extension RenameRule.Part {
  /// The axis of a stored tensor that a part is taken along; nil where it has none.
  func axis(in layout: RenameRule.Layout, rank: Int) -> Int? {
    let index =
      switch (layout, axis) {
      case (.hwio, .outputs): rank - 1
      case (.hwio, .inputs): rank - 2
      case (.oihw, .outputs): 0
      case (.oihw, .inputs): 1
      }
    return (0..<rank).contains(index) ? index : nil
  }

  /// The dimensions of the part of a stored tensor; nil where the tensor does not reach so far.
  func dimensions(of stored: [Int], in layout: RenameRule.Layout) -> [Int]? {
    guard let axis = axis(in: layout, rank: stored.count), range.upperBound <= stored[axis] else {
      return nil
    }
    var dimensions = stored
    dimensions[axis] = range.count
    return dimensions
  }
}

extension Tensor {
  /// A range of one axis.
  func part(_ range: Range<Int>, axis: Int) throws(AllocationError) -> Tensor {
    var dimensions = shape.dimensions
    precondition(range.upperBound <= dimensions[axis], "a part of the tensor")
    let inner = dimensions[(axis + 1)...].reduce(1, *)
    let (stride, length) = (dimensions[axis] * inner, range.count * inner)
    dimensions[axis] = range.count
    guard let partShape = Shape(dimensions) else {
      preconditionFailure("a part is no larger than the whole")
    }
    let result = try Tensor(zeros: partShape)
    withSpan { source in
      result.withMutableSpan { destination in
        for index in destination.indices {
          let (outer, offset) = index.quotientAndRemainder(dividingBy: length)
          destination[index] = source[outer * stride + range.lowerBound * inner + offset]
        }
      }
    }
    return result
  }

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
