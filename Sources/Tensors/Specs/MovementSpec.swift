/// Values moved, never changed.
package enum MovementSpec: Hashable, Sendable {
  /// Where a map lies inside a larger one.
  package enum Anchor: Hashable, Sendable {
    /// floor of half the difference before
    case center
    /// cells before, of each axis
    case offset(Int, Int)
  }

  case identity
  /// Channels of the inputs one after another; all maps or all vectors.
  case concat
  /// Cells taken from the four sides.
  case crop(Insets)
  /// The extents of the second input, cut out at an anchor.
  case cropLike(Anchor)
  /// Cells added to the four sides.
  case pad(Insets, value: Float)
  /// The extents of the second input, with zeros around.
  case padLike(Anchor)
  /// A map of fixed size as a vector: channel, row, column.
  case flatten
}
