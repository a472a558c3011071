/// A map on another grid.
package struct ResizeSpec: Hashable, Sendable {
  package enum Target: Hashable, Sendable {
    /// The extents of the second input.
    case like
    /// floor(n · factor), on a grid that follows the factor rather than the sizes.
    case factor(height: Rational, width: Rational)
    case fixed(Size2)
  }

  package enum Mode: String, Hashable, Sendable { case bilinear, nearest }

  package var target: Target
  package var mode: Mode
  package var alignCorners: Bool

  package init(target: Target, mode: Mode = .bilinear, alignCorners: Bool = false) {
    self.target = target
    self.mode = mode
    self.alignCorners = alignCorners
  }
}
