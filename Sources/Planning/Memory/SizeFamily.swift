import IR
import Tensors

/// Image sizes that one number grows: those of one proportion, or of one side where the other is
/// fixed.
package struct SizeFamily: Hashable, Sendable {
  private let height: Int
  private let width: Int
  private let growsHeight: Bool
  private let growsWidth: Bool

  /// A side that a network fixes stays; else both grow in the proportion of `example`, in lowest
  /// terms, squares without one.
  package init(_ admissible: AdmissibleSizes, like example: Sizes?) {
    let (height, width) = (admissible.height.only, admissible.width.only)
    growsHeight = height == nil
    growsWidth = width == nil
    var (down, across) = (example?.height ?? 1, example?.width ?? 1)
    if growsHeight && growsWidth {
      let common = Int(greatestCommonDivisor(down, across))
      (down, across) = (down / common, across / common)
    } else {
      (down, across) = (1, 1)
    }
    self.height = height ?? down
    self.width = width ?? across
  }

  /// The size at a number of at least one.
  package func sizes(_ number: Int) -> Sizes {
    Sizes(
      height: growsHeight ? height * number : height, width: growsWidth ? width * number : width)
  }

  /// The numbers that give different sizes whose sides do not pass a bound.
  package func numbers(longest: Int) -> ClosedRange<Int>? {
    guard growsHeight || growsWidth else { return max(height, width) <= longest ? 1...1 : nil }
    let most = min(
      growsHeight ? longest / height : height <= longest ? .max : 0,
      growsWidth ? longest / width : width <= longest ? .max : 0)
    return most >= 1 ? 1...most : nil
  }

  /// `squares`, `sizes of 1:2`, `widths at height 224`
  package var text: String {
    switch (growsHeight, growsWidth) {
    case (true, true): height == width ? "squares" : "sizes of \(height):\(width)"
    case (true, false): "heights at width \(width)"
    case (false, true): "widths at height \(height)"
    case (false, false): "\(height)x\(width) alone"
    }
  }
}

extension SizeSet {
  /// The only member; nil where there are none or several.
  fileprivate var only: Int? {
    guard let minimum, smallestMember(from: minimum + 1) == nil else { return nil }
    return minimum
  }
}
