/// Rows of text in columns as wide as their widest cell, two spaces apart.
package struct TextTable {
  private var rows: [[String]]
  private let columns: Int
  private let rightAligned: Set<Int>

  package init(_ titles: [String], rightAligned: Set<Int>) {
    rows = [titles]
    columns = titles.count
    self.rightAligned = rightAligned
  }

  /// Adds a row; what is missing at its end stays empty.
  package mutating func add(_ row: [String]) {
    precondition(row.count <= columns, "a row has no more cells than there are titles")
    rows.append(row + [String](repeating: "", count: columns - row.count))
  }

  /// Without the columns in which nothing is written.
  package var withoutEmptyColumns: TextTable {
    let kept = (0..<columns).filter { column in rows.dropFirst().contains { !$0[column].isEmpty } }
    var table = TextTable(
      kept.map { rows[0][$0] },
      rightAligned: Set(kept.indices.filter { rightAligned.contains(kept[$0]) }))
    for row in rows.dropFirst() { table.add(kept.map { row[$0] }) }
    return table
  }

  var text: String { lines.map { $0 + "\n" }.joined() }

  /// One a row, without spaces at its end.
  package var lines: [String] {
    let widths = (0..<columns).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        let fill = String(repeating: " ", count: widths[column] - cell.count)
        line += rightAligned.contains(column) ? fill + cell : cell + fill
        line += "  "
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}
