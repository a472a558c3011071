import Frontend
import IR
import Planning
import Tensors

extension NetworkDifference {
  /// The figures side by side, the structure, then the tensors that do not load.
  ///
  /// `isWhole` lists every layer and tensor, however many.
  func lines(isWhole: Bool) -> [String] {
    var lines = ["a  \(title(old))", "b  \(title(new))", ""] + figureTable.lines
    if sizes == nil {
      lines += ["", "no size is stated that both admit: `--at HxW` compares products and memory"]
    }
    lines += ["", "structure: \(counts)"]
    lines += structure(isWhole: isWhole).map { "  \($0)" }
    if !layers.resized.isEmpty { lines += ["", resized] }
    lines += ["", "a's checkpoint in b: \(checkpoint.text)"]
    if let file = checkpoint.path, let missing = checkpoint.missing, missing > 0 {
      lines.append(
        "\(DiagnosticText.printable(file)) is no whole checkpoint of a: \(missing) of its tensors are "
          + "missing there or have other shapes")
    }
    return lines + tensors(isWhole: isWhole).map { "  \($0)" }
  }

  private func title(_ network: LoadedNetwork) -> String {
    let settings = network.elaboration.settings.map { "\($0.name)=\($0.value.text)" }
    return "\(DiagnosticText.printable(network.path)): \(network.graph.name)"
      + (settings.isEmpty ? "" : " (\(settings.joined(separator: ", ")))")
  }

  private var counts: String {
    var (equal, changed, renamed, removed, added) = (0, 0, 0, 0, 0)
    for row in layers.rows {
      switch row {
      case .equal: equal += 1
      case .changed: changed += 1
      case .renamed: renamed += 1
      case .removed: removed += 1
      case .added: added += 1
      }
    }
    let parts = [
      (changed, "changed"), (renamed, "renamed"), (removed, "only in a"), (added, "only in b"),
      (equal, "equal"),
    ]
    return parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
  }

  private var resized: String {
    guard let row = layers.resized.first, case .equal(let a, let b) = layers.rows[row] else {
      return "\(layers.resized.count) equal layers give other sizes"
    }
    let (from, to) = (layers.old[a], layers.new[b])
    let count = layers.resized.count
    let plural = count == 1 ? "layer gives another size" : "layers give other sizes"
    return "\(count) equal \(plural), from `\(to.name)` on: \(from.result) → \(to.result)"
  }

  private static let fewTensors = 12

  /// A few of each kind, unless all are wanted.
  private func tensors(isWhole: Bool) -> [String] {
    let kinds = [
      ("shape", checkpoint.otherShapes), ("type", checkpoint.otherTypes), ("gone", checkpoint.gone),
      ("needed", checkpoint.needed),
    ]
    var table = TextTable(["", "", ""], rightAligned: [])
    for (kind, entries) in kinds {
      let shown = isWhole ? entries.count : Self.fewTensors
      for entry in entries.prefix(shown) {
        let shape = shapeText(entry.shape)
        let wanted = entry.wanted.flatMap { $0 == entry.shape ? nil : " → \(shapeText($0))" }
        table.add([kind, DiagnosticText.printable(entry.name), shape + (wanted ?? "")])
      }
      if entries.count > shown {
        table.add([kind, "… and \(entries.count - shown) more, `-v` lists them"])
      }
    }
    return Array(table.lines.dropFirst())
  }
}
