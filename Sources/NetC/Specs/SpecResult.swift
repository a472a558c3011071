/// What became of a spec.
package enum SpecResult: Hashable, Sendable {
  case passed
  /// The reason, some lines long.
  case failed(String)
}
