import Glibc

extension AttentionSpec {
  /// Row by row: the scores of one query position, then their sum over the values.
  package func reference(
    _ call: Call, inputs: [TensorView], parameters: [TensorView], output: MutableTensorView
  ) {
    let (query, key, value) = (inputs[0].shape, inputs[1].shape, inputs[2].shape)
    let (positions, sources) = (query.h * query.w, key.h * key.w)
    var scores = [Double](repeating: 0, count: sources)
    for n in 0..<query.n {
      for i in 0..<positions {
        score(inputs[0], n * query.c * positions + i, positions, inputs[1], n, &scores)
        weigh(&scores)
        for c in 0..<value.c {
          let first = (n * value.c + c) * sources
          var sum = 0.0
          for j in 0..<sources { sum += scores[j] * Double(inputs[2][first + j]) }
          output.set((n * value.c + c) * positions + i, Float(sum))
        }
      }
    }
  }

  /// scale · (q_i · k_j), or of one channel scale · (q_i + k_j), for every j.
  private func score(
    _ query: TensorView, _ start: Int, _ step: Int, _ key: TensorView, _ n: Int,
    _ scores: inout [Double]
  ) {
    for j in scores.indices { scores[j] = 0 }
    for c in 0..<key.shape.c {
      let q = Double(query[start + c * step])
      let first = (n * key.shape.c + c) * scores.count
      for j in scores.indices {
        let k = Double(key[first + j])
        scores[j] += combine == .product ? q * k : q + k
      }
    }
    for j in scores.indices { scores[j] *= scale }
  }

  /// Turns scores into the weights of the values.
  private func weigh(_ scores: inout [Double]) {
    switch normalize {
    case .softmax:
      let largest = scores.reduce(-Double.infinity, max)
      var sum = 0.0
      for j in scores.indices {
        scores[j] = exp(scores[j] - largest)
        sum += scores[j]
      }
      for j in scores.indices { scores[j] /= sum }
    case .count:
      for j in scores.indices { scores[j] /= Double(scores.count) }
    case .reluCount:
      for j in scores.indices {
        scores[j] = (scores[j] < 0 ? 0 : scores[j]) / Double(scores.count)
      }
    }
  }
}
