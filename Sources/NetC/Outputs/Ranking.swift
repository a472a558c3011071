import Glibc
import Tensors

/// The classes of a classifier, most likely first.
package struct Ranking: Sendable {
  package struct Place: Hashable, Sendable {
    package let label: Int
    /// As the network gives it.
    package let score: Float
    /// Itself where the scores are a distribution, else the softmax of the scores.
    package let probability: Double
  }

  package let places: [Place]

  /// Scores are a distribution where none is negative and their sum is 1 within 1e-3.
  package init(_ scores: [Float], count: Int = 5) {
    let values = scores.map(Double.init)
    let sum = values.reduce(0, +)
    let isDistribution = values.allSatisfy { $0 >= 0 } && abs(sum - 1) <= 1e-3
    let greatest = values.max() ?? 0
    let total = values.reduce(0) { $0 + exp($1 - greatest) }
    let order = values.indices.sorted { (values[$1], $0) < (values[$0], $1) }
    places = order.prefix(count).map { index in
      Place(
        label: index, score: scores[index],
        probability: isDistribution ? values[index] : exp(values[index] - greatest) / total)
    }
  }
}
