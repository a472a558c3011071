import IR
import Tensors

/// The weights of `--random-weights SEED`: the same on every machine, a stream a tensor.
///
/// Weights of convolutions and dense layers are uniform in ±√(6/fan_in); biases, and bias and
/// running mean of normalizations, in [−0.1, 0.1]; their weight and variance in [0.5, 1.5].
package func randomWeights(
  _ parameters: [Parameter], seed: UInt64
) throws(AllocationError) -> [Tensor] {
  var tensors: [Tensor] = []
  tensors.reserveCapacity(parameters.count)
  for parameter in parameters {
    let (lower, upper) = parameter.randomRange
    tensors.append(
      try randomTensor(parameter.shape, seed: seed, stream: parameter.name, lower, upper))
  }
  return tensors
}

/// An input uniform in [−1, 1], from the stream `input:<name>`.
package func randomInput(
  name: String, shape: Shape, seed: UInt64
) throws(AllocationError) -> Tensor {
  try randomTensor(shape, seed: seed, stream: "input:\(name)", -1, 1)
}

/// A tensor filled in row-major order from one stream.
private func randomTensor(
  _ shape: Shape, seed: UInt64, stream: String, _ lower: Double, _ upper: Double
) throws(AllocationError) -> Tensor {
  let tensor = try Tensor(zeros: shape)
  var generator = SplitMix64(seed: seed, name: stream)
  tensor.withMutableSpan { span in
    for index in span.indices { span[index] = generator.uniform(lower, upper) }
  }
  return tensor
}

extension Parameter {
  fileprivate var randomRange: (lower: Double, upper: Double) {
    if let fanIn {
      let bound = (6 / Double(max(fanIn, 1))).squareRoot()
      return (-bound, bound)
    }
    switch slot {
    case "weight", "running_var": return (0.5, 1.5)
    default: return (-0.1, 0.1)
    }
  }
}
