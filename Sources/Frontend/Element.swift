import IR
import Source

/// What an expression denotes while a network is elaborated.
indirect enum Element: Sendable {
  case constant(Constant)
  case value(Operand)
  case record(Record)
  /// The instances of an `each` or a `repeat`, and what a pipe goes on with.
  case series([Record], last: Element?)
  /// Something already reported; nothing is said of what depends on it.
  case poison

  /// Whether it stands for a value of the network.
  var isOfNetwork: Bool {
    switch self {
    case .value, .record, .series: true
    case .constant, .poison: false
    }
  }

  /// The value it stands for, where it stands for one.
  var value: ValueID? {
    switch self {
    case .value(let operand): operand.value
    case .record(let record): record.main?.value
    case .series(_, let last): last?.value
    case .constant, .poison: nil
    }
  }

  var kindName: String {
    switch self {
    case .constant(let constant): constant.kindName
    case .value: "a value of the network"
    case .record(let record): "the results of `\(record.block)`"
    case .series: "a series of instances"
    case .poison: "an erroneous value"
    }
  }
}

/// Results of a block instance or of one pass of a loop, by name.
struct Record: Sendable {
  var block: String
  var results: [String: Element]
  /// Their order, for messages.
  var names: [String]

  var main: Element? { results["out"] }
}
