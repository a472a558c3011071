/// Rows of text in columns as wide as their widest cell, two spaces apart.
struct TextTable {
  private var rows: [[String]]
  private let columns: Int
  private let rightAligned: Set<Int>

  init(_ titles: [String], rightAligned: Set<Int>) {
    rows = [titles]
    columns = titles.count
    self.rightAligned = rightAligned
  }

  /// Adds a row; what is missing at its end stays empty.
  mutating func add(_ row: [String]) {
    precondition(row.count <= columns, "a row has no more cells than there are titles")
    rows.append(row + [String](repeating: "", count: columns - row.count))
  }

  /// Every row on a line of its own, without spaces at its end.
  var text: String {
    let widths = (0..<columns).map { column in rows.map { $0[column].count }.max() ?? 0 }
    var text = ""
    for row in rows {
      var line = ""
      for (column, cell) in row.enumerated() {
        let fill = String(repeating: " ", count: widths[column] - cell.count)
        line += rightAligned.contains(column) ? fill + cell : cell + fill
        line += "  "
      }
      while line.last == " " { line.removeLast() }
      text += line + "\n"
    }
    return text
  }
}
