/// F(m x m, 3 x 3): m x m results of a window of three rows and columns from m + 2 times m + 2
/// products, Y = Aᵀ [(G g Gᵀ) ∘ (Bᵀ d B)] A.
///
/// Lavin and Gray, Fast Algorithms for Convolutional Neural Networks (2015), section 4; the points
/// are 0, ±1, ±2, ±1/2 and infinity. Rows 1 and 2, 3 and 4, … of Bᵀ, which belong to points that
/// differ in sign, are the sum and the difference of what they have in common; so are columns of Aᵀ.
enum WinogradAlgorithm: Int, CaseIterable, Hashable, Sendable {
  case two = 2
  case four = 4
  case six = 6

  /// Rows and columns of results.
  var results: Int { rawValue }
  /// Rows and columns of cells that are read, and of points.
  var points: Int { rawValue + 2 }
  /// Products for a tile, each a number a pair of channels.
  var products: Int { points * points }

  /// Whether the points of weights may be packed, or made in every run. The latter is in single
  /// precision, whose rounding the largest tiles would magnify beyond their bound.
  var keepings: [Bool] { self == .six ? [true] : [true, false] }

  /// Points that differ in sign.
  var pairs: [(Int, Int)] { stride(from: 1, to: points - 1, by: 2).map { ($0, $0 + 1) } }

  /// Bᵀ
  var input: [[Double]] {
    switch self {
    case .two: [[1, 0, -1, 0], [0, 1, 1, 0], [0, -1, 1, 0], [0, 1, 0, -1]]
    case .four:
      [
        [4, 0, -5, 0, 1, 0], [0, -4, -4, 1, 1, 0], [0, 4, -4, -1, 1, 0], [0, -2, -1, 2, 1, 0],
        [0, 2, -1, -2, 1, 0], [0, 4, 0, -5, 0, 1],
      ]
    case .six:
      [
        [1, 0, -5.25, 0, 5.25, 0, -1, 0], [0, 1, 1, -4.25, -4.25, 1, 1, 0],
        [0, -1, 1, 4.25, -4.25, -1, 1, 0], [0, 0.5, 0.25, -2.5, -1.25, 2, 1, 0],
        [0, -0.5, 0.25, 2.5, -1.25, -2, 1, 0], [0, 2, 4, -2.5, -5, 0.5, 1, 0],
        [0, -2, 4, 2.5, -5, -0.5, 1, 0], [0, -1, 0, 5.25, 0, -5.25, 0, 1],
      ]
    }
  }

  /// G
  var filter: [[Double]] {
    switch self {
    case .two: [[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]]
    case .four:
      [
        [1.0 / 4, 0, 0], [-1.0 / 6, -1.0 / 6, -1.0 / 6], [-1.0 / 6, 1.0 / 6, -1.0 / 6],
        [1.0 / 24, 1.0 / 12, 1.0 / 6], [1.0 / 24, -1.0 / 12, 1.0 / 6], [0, 0, 1],
      ]
    case .six:
      [
        [1, 0, 0], [-2.0 / 9, -2.0 / 9, -2.0 / 9], [-2.0 / 9, 2.0 / 9, -2.0 / 9],
        [1.0 / 90, 1.0 / 45, 2.0 / 45], [1.0 / 90, -1.0 / 45, 2.0 / 45],
        [32.0 / 45, 16.0 / 45, 8.0 / 45], [32.0 / 45, -16.0 / 45, 8.0 / 45], [0, 0, 1],
      ]
    }
  }

  /// Aᵀ
  var output: [[Double]] {
    switch self {
    case .two: [[1, 1, 1, 0], [0, 1, -1, -1]]
    case .four:
      [[1, 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 0], [0, 1, 1, 4, 4, 0], [0, 1, -1, 8, -8, 1]]
    case .six:
      [
        [1, 1, 1, 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 0.5, -0.5, 0],
        [0, 1, 1, 4, 4, 0.25, 0.25, 0], [0, 1, -1, 8, -8, 0.125, -0.125, 0],
        [0, 1, 1, 16, 16, 0.0625, 0.0625, 0], [0, 1, -1, 32, -32, 0.03125, -0.03125, 1],
      ]
    }
  }
}
