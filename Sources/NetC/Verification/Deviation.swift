import Tensors

/// How far one tensor is from another of the same shape.
package struct Deviation: Hashable, Sendable {
  /// ‖a − r‖ / ‖r − mean(r)‖ with the mean of each channel of the reference r, behind which a
  /// difference would hide. The divisor is at least a tenth of ‖r‖: where channels vary less, the
  /// roundings of float32 would show. Channels of one number keep their mean.
  package let relative: Double
  /// The largest |a − r|.
  package let largest: Double

  /// The least share of the norm that the divisor is.
  private static let leastShare = 0.1

  /// Both have the rank 4; infinite where one is no number and the other is.
  init(_ found: Tensor, from reference: Tensor) {
    let shape = reference.shape
    precondition(shape == found.shape && shape.rank == 4, "tensors of one shape")
    let plane = shape.h * shape.w
    var (difference, norm, varied, largest) = (0.0, 0.0, 0.0, 0.0)
    found.withSpan { found in
      reference.withSpan { reference in
        for channel in 0..<shape.c {
          let starts = (0..<shape.n).map { ($0 * shape.c + channel) * plane }
          var sum = 0.0
          for start in starts {
            for index in start..<start + plane { sum += Double(reference[index]) }
          }
          let mean = sum / Double(shape.n * plane)
          for start in starts {
            for index in start..<start + plane {
              let (a, r) = (found[index], reference[index])
              // Equal infinities, and NaN on both sides, are equal.
              let distance = a == r || a.isNaN && r.isNaN ? 0 : abs(Double(a) - Double(r))
              largest = distance.isNaN ? .infinity : max(largest, distance)
              guard r.isFinite else { continue }
              difference += distance * distance
              norm += Double(r) * Double(r)
              varied += (Double(r) - mean) * (Double(r) - mean)
            }
          }
        }
      }
    }
    self.largest = largest
    let isSingle = shape.n * plane == 1
    let scale = isSingle ? norm : max(varied, Self.leastShare * Self.leastShare * norm)
    if !largest.isFinite || difference.isNaN {
      relative = .infinity
    } else {
      relative = scale > 0 ? (difference / scale).squareRoot() : difference.squareRoot()
    }
  }

  /// Of values of a type, the reference under any shape of as many numbers.
  init(_ found: Tensor, from reference: Tensor, as type: TensorType) {
    let reference = reference.reshaped(found.shape)
    self =
      type.isLabel
      ? Deviation(labels: found, from: reference) : Deviation(found, from: reference)
  }

  /// Of class indices: the share of positions that differ.
  init(labels found: Tensor, from reference: Tensor) {
    var (differing, largest) = (0, 0.0)
    found.withSpan { found in
      reference.withSpan { reference in
        for index in 0..<reference.count where found[index] != reference[index] {
          differing += 1
          largest = max(largest, abs(Double(found[index]) - Double(reference[index])))
        }
      }
    }
    relative = Double(differing) / Double(max(1, reference.shape.count))
    self.largest = largest
  }
}
