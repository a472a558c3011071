/// A dense layer on a vector, or on a map of fixed size flattened channel, row, column.
package struct ProductSpec: Hashable, Sendable {
  package var outputFeatures: Int
  package var hasBias: Bool

  package init(outputFeatures: Int, hasBias: Bool = true) {
    self.outputFeatures = outputFeatures
    self.hasBias = hasBias
  }
}
