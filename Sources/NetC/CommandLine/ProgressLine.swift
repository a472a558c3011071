import Formats

/// A line on the terminal that says how far something is that takes longer than a second.
///
/// A class because the run that reports progress and the command that ends the line share it.
package final class ProgressLine {
  private let isShown: Bool
  private let start = ContinuousClock.now
  private var last: ContinuousClock.Instant?
  private var shownPercent = -1
  private var output = ByteOutput.standardError()

  /// `isWanted` is about the user; nothing is drawn unless messages go to a terminal.
  package init(isWanted: Bool) {
    isShown = isWanted && Environment.isTerminal(2)
  }

  /// Draws, ten times a second at most, a share of the work in 0...1.
  package func show(_ share: Double, of title: String) {
    let now = ContinuousClock.now
    guard isShown, now - start > .seconds(1), now - (last ?? start) > .milliseconds(100) else {
      return
    }
    let percent = Int(min(max(share, 0), 1) * 100)
    guard percent != shownPercent else { return }
    (last, shownPercent) = (now, percent)
    put("\r\(DiagnosticText.printable(title)): \(percent) %\u{1B}[K")
  }

  /// Takes the line away.
  package func clear() {
    guard last != nil else { return }
    (last, shownPercent) = (nil, -1)
    put("\r\u{1B}[K")
  }

  private func put(_ text: String) {
    // A terminal that went away is noticed where data is written.
    try? output.write(text)
    try? output.flush()
  }
}
