import Formats
import IR
import Source
import Tensors

/// What `netc weights` shows: every parameter, and what a file has besides.
package struct WeightsTable: Sendable {
  package struct Row: Hashable, Sendable {
    package let name: String
    /// As the network wants it; as it is stored where the network has no such parameter.
    package let shape: [Int]
    /// The element type in the file.
    package let type: String?
    /// `ok`, `missing`, `shape`, `dtype`, `optional` (declared unused and not there), `unused`
    /// (in the file only) or `ignored`; nil without a file.
    package let status: String?
    /// The shape in the file, where it is another.
    package let stored: [Int]?
  }

  package let rows: [Row]
  package let path: String?
  /// The key of the file that its tensors lie under, where there is one.
  package let key: String?
  /// Numbers in all tensors of the network, statistics of normalizations among them.
  package let numbers: Int

  package init(_ parameters: [Parameter]) {
    rows = parameters.map {
      Row(name: $0.name, shape: $0.shape.dimensions, type: nil, status: nil, stored: nil)
    }
    path = nil
    key = nil
    numbers = Self.count(parameters)
  }

  package init(_ match: WeightMatch) {
    var rows = zip(match.parameters, match.rows).map { parameter, row in
      let stored = row.dimensions
      return Row(
        name: parameter.name, shape: parameter.shape.dimensions, type: row.entry?.type.rawValue,
        status: row.status.word, stored: row.status == .wrongShape ? stored : nil)
    }
    rows += match.unused.map { Row($0.entry, status: "unused") }
    rows += match.ignored.map { Row($0, status: "ignored") }
    self.rows = rows
    path = match.path
    key = match.key
    numbers = Self.count(match.parameters)
  }

  /// Nobody has so many numbers that the sum passes an `Int`; it stops there.
  private static func count(_ parameters: [Parameter]) -> Int {
    parameters.reduce(0) { sum, parameter in
      let (next, overflow) = sum.addingReportingOverflow(parameter.shape.count)
      return overflow ? .max : next
    }
  }

  /// A line with totals and one a tensor; a few of each status where nothing fits, unless `isWhole`
  /// asks for all.
  func lines(isWhole: Bool = false) -> [String] {
    let isShort = !isWhole && path != nil && !rows.contains { $0.status == "ok" }
    var seen: [String: Int] = [:]
    let shown = rows.filter { row in
      seen[row.status ?? "", default: 0] += 1
      return !isShort || seen[row.status ?? "", default: 0] <= Self.few
    }
    let cells = shown.map { row in
      let stored = row.stored.map { ", the file has \(shapeText($0))" } ?? ""
      return [
        DiagnosticText.printable(row.name), shapeText(row.shape), row.type ?? "-",
        (row.status ?? "-") + stored,
      ]
    }
    let widths = (0..<3).map { column in cells.map { $0[column].count }.max() ?? 0 }
    var lines = [summary]
    for (row, cells) in zip(shown, cells) {
      lines.append(
        zip(cells, widths).map { $0.padded(to: $1) }.joined(separator: "  ") + "  \(cells[3])")
      guard isShort, let status = row.status else { continue }
      let rest = (seen[status] ?? 0) - Self.few
      if rest > 0, shown.last(where: { $0.status == status }) == row {
        lines.append("… and \(rest) more \(status); `-v` lists them")
      }
    }
    return lines
  }

  /// How many tensors of a status are listed where nothing fits.
  private static let few = 5

  private var summary: String {
    var total = "\(rows.count) tensors, \(numbers.grouped) numbers"
    if let path {
      let counts = Self.statuses.compactMap { status -> String? in
        let count = rows.count { $0.status == status }
        return count > 0 ? "\(count) \(status)" : nil
      }
      let place = key.map { ", under `\(DiagnosticText.printable($0))`" } ?? ""
      total += "; \(DiagnosticText.printable(path))\(place): \(counts.joined(separator: ", "))"
    }
    return total
  }

  var document: JSON {
    .document([
      "tensors": .array(
        rows.map { row in
          .members([
            "name": .text(row.name), "shape": .array(row.shape.map(JSON.integer)),
            "dtype": .optional(row.type), "status": .optional(row.status),
          ])
        }),
      "numbers": .integer(numbers), "weights": .optional(path),
      "key": .optional(key),
    ])
  }

  private static let statuses = [
    "ok", "missing", "shape", "dtype", "optional", "unused", "ignored",
  ]
}

extension WeightsTable.Row {
  fileprivate init(_ entry: WeightEntry, status: String) {
    self.init(
      name: entry.name, shape: entry.dimensions, type: entry.type.rawValue, status: status,
      stored: nil)
  }
}

extension WeightMatch.Status {
  fileprivate var word: String {
    switch self {
    case .found: "ok"
    case .missing: "missing"
    case .optional: "optional"
    case .wrongShape, .wrongPart: "shape"
    case .wrongType: "dtype"
    }
  }
}
