import Formats

/// How a picture of one size meets an input of another: resized, then cut or padded.
package struct Fit: Hashable, Sendable {
  package struct Side: Hashable, Sendable {
    /// The picture's own side.
    let original: Int
    /// After resampling.
    let resized: Int
    /// Where the input begins in the resampled picture; negative where padding comes before it.
    let offset: Int
    /// The input's side.
    package let input: Int

    /// Nothing is done to it.
    var isExact: Bool { original == input && resized == input && offset == 0 }

    /// Which sample of the input shows a sample of the picture: the nearest, also for what a crop
    /// cut away.
    func source(of position: Int) -> Int {
      let scaled = (2 * position + 1) * resized / (2 * original)
      return min(max(scaled - offset, 0), input - 1)
    }
  }

  package let height: Side
  package let width: Side

  /// Nothing is done to the picture.
  var isExact: Bool { height.isExact && width.isExact }
  /// Whether the input is the picture with samples added right and below.
  var isPadded: Bool { height.isPadded && width.isPadded && !isExact }
}

extension Fit.Side {
  /// The picture's own samples come first and all of them are there.
  var isPadded: Bool { original == resized && offset == 0 && input >= original }
}
