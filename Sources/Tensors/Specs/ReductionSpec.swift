/// Operations in which the channels of a position, or its neighbours, are read together.
package enum ReductionSpec: Hashable, Sendable {
  /// exp(x − max) over its sum, across channels.
  case softmax
  /// The first channel with the largest value; a map gives labels, a vector a label.
  case argmax
  case responseNormalization(ResponseNormalization)
}

/// y = x / (k + a · sum x²)^beta over a window of `size` channels or `size`² positions.
package struct ResponseNormalization: Hashable, Sendable {
  package enum Scaling: String, Hashable, Sendable {
    /// a = alpha / n, n the number of cells of a whole window
    case caffe
    /// a = alpha
    case paper
  }

  package var size: Int
  package var alpha: Double
  package var beta: Double
  package var k: Double
  package var acrossChannels: Bool
  package var scaling: Scaling

  package init(
    size: Int, alpha: Double, beta: Double, k: Double = 1, acrossChannels: Bool = true,
    scaling: Scaling = .caffe
  ) {
    self.size = size
    self.alpha = alpha
    self.beta = beta
    self.k = k
    self.acrossChannels = acrossChannels
    self.scaling = scaling
  }
}
