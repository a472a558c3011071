/// How many cells a window sees beyond the four sides of its map.
package enum Padding: Hashable, Sendable, CustomStringConvertible {
  case explicit(Insets)
  /// TensorFlow's SAME: out = ceil(n / s), the total split with the smaller half before.
  case sameTF

  package static let none = Padding.explicit(.zero)

  package var description: String {
    switch self {
    case .explicit(let insets): insets.description
    case .sameTF: "same(tf)"
    }
  }
}
