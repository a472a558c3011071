import Formats
import Frontend
import IR
import Source
import Tensors

/// Rules that would fit the names of a file to a network, guessed from shapes, order and names.
///
/// They are shown, never applied. All were tried: the block gives each tensor that it pairs the
/// name that it has in the network.
struct MappingProposal: Sendable {
  /// Lines to stand before the network's other rules; empty where no good guess is there.
  private(set) var lines: [String] = []
  /// The file's tensor for parameters that are not found, by the parameter's index.
  private(set) var guesses: [Int: WeightEntry] = [:]

  /// Whether a finding has shown the lines.
  var isShown = false

  /// The longest name and the most tensors that are compared; the time grows with their squares.
  private static let longestName = 500
  private static let maximumTensors = 20_000

  init(_ match: WeightMatch) {
    guard match.entries.count <= Self.maximumTensors,
      match.entries.allSatisfy({ $0.name.utf8.count <= Self.longestName })
    else { return }
    let pairing = MappingPairing(match)
    for pair in pairing.pairs { guesses[pair.parameter] = match.entries[pair.entry] }
    let missing = match.rows.indices.filter { match.rows[$0].isLacking }
    let found = missing.count { guesses[$0] != nil }
    guessBySpelling(match)
    // Fewer would be another network's file, and what fits does so by chance.
    guard found * 2 >= missing.count else { return }
    let block = MappingBlock(match, pairing)
    if block.isRight { lines = block.lines }
  }

  /// Single tensors that no layer explains: the one left of the shape that is spelt most alike.
  private mutating func guessBySpelling(_ match: WeightMatch) {
    let taken = Set(guesses.values.map(\.name))
    let left = match.unused.map(\.entry).filter { !taken.contains($0.name) }
    let byShape = Dictionary(grouping: left, by: \.dimensions)
    for (index, row) in match.rows.enumerated() where row.status == .missing {
      let parameter = match.parameters[index]
      guard guesses[index] == nil, let entries = byShape[parameter.shape.dimensions] else {
        continue
      }
      let near = nearest(parameter.name, among: entries.map(\.name))
      guesses[index] = entries.first { $0.name == near } ?? (entries.count == 1 ? entries[0] : nil)
    }
  }

  /// How many tensors a finding lists: few where rules say what to do.
  var noteLimit: Int { lines.isEmpty ? WeightMatch.shown : 3 }

  /// Adds the rules to a finding, unless an earlier one has them.
  func explain(_ finding: inout Diagnostic) {
    if isShown || lines.isEmpty { return }
    let isIgnore = lines.allSatisfy { $0.hasPrefix("ignore ") }
    if lines.count == 1 {
      finding.help = "write `\(lines[0])`" + (isIgnore ? " where this is meant" : "")
    } else if isIgnore {
      finding.help = "leave them out where this is meant:"
      finding.lines = lines
    } else {
      finding.help =
        "rules guessed from shapes, order and names; read them, and put them before the "
        + "network's other rules:"
      finding.lines = lines
    }
  }
}

extension WeightMatch.Row {
  /// Whether the file does not give what the network wants.
  fileprivate var isLacking: Bool { status == .missing || status == .wrongShape }
}
