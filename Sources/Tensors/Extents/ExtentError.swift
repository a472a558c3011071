/// Why an extent or a set of sizes cannot be represented exactly.
package enum ExtentError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Threshold plus period passes `Extent.cap`; the period where it is known.
  case cap(period: Int?)
  /// A number passes 64 bits.
  case overflow
  /// A function of the height meets a function of the width.
  case mixedAxes
  /// A division by a number below one, or a growing extent by one that never settles.
  case divisor
  /// A size below one.
  case size

  package var description: String {
    switch self {
    case .cap(let period?): "a size pattern repeats only every \(period) sizes"
    case .cap(nil): "a size pattern does not repeat below \(Extent.cap) sizes"
    case .overflow: "a size passes 64 bits"
    case .mixedAxes: "a function of the height meets a function of the width"
    case .divisor: "a division by an extent that is not positive or never settles"
    case .size: "a size below one"
    }
  }
}
