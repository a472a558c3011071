/// Every position of q looks at every position of k and v: y_i = sum over j of f(q_i, k_j) v_j.
package struct AttentionSpec: Hashable, Sendable {
  package enum Normalize: String, Hashable, Sendable {
    /// softmax over j of the scores
    case softmax
    /// scores over the number of positions
    case count
    /// scores below zero dropped, over the number of positions
    case reluCount = "relu_count"
  }

  package enum Combine: String, Hashable, Sendable {
    /// score = scale · (q_i · k_j)
    case product
    /// score = scale · (q_i + k_j), of maps of one channel
    case add
  }

  package var scale: Double
  package var normalize: Normalize
  package var combine: Combine

  package init(scale: Double = 1, normalize: Normalize = .softmax, combine: Combine = .product) {
    self.scale = scale
    self.normalize = normalize
    self.combine = combine
  }
}
