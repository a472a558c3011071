/// The image extent that a function is of.
package enum Axis: String, Hashable, Sendable, CaseIterable {
  case height = "H", width = "W"
}
