import IR

extension VerificationReport {
  /// The keys `equal`, `tolerance`, `taps`, `unknown`, `first` and, with a difference, `layers`,
  /// `tried`, `known` and `changes`.
  func document(_ finding: ParityDoctor.Finding?) -> JSON {
    .document([
      "equal": .bool(finding == nil), "tolerance": .number(tolerance),
      "taps": .array(verification.rows.map(tap)),
      "unknown": .array(
        verification.unknown.map { name, suggestion in
          .members(["name": .text(name), "suggestion": .optional(suggestion)])
        }),
      "first": .optional(finding?.row.name),
      "rounded": .array((finding?.rounded ?? []).map(JSON.text)),
      "layers": .array((finding?.layers ?? []).map { .text(label($0)) }),
      "tried": .integer(finding?.tried ?? 0), "known": .integer(finding?.known ?? 0),
      "changes": .array((finding?.fits ?? []).map(change)),
    ])
  }

  private func tap(_ row: Verification.Row) -> JSON {
    .members([
      "name": .text(row.name), "shape": .array(row.shape.map(JSON.integer)),
      "recorded": .array(row.recorded.map(JSON.integer)),
      "relative": row.deviation.map { .number($0.relative) } ?? .null,
      "largest": row.deviation.map { .number($0.largest) } ?? .null,
      "equal": .bool(row.isEqual),
    ])
  }

  private func change(_ fit: ParityDoctor.Finding.Fit) -> JSON {
    .members([
      "convention": .text(fit.change.convention), "change": .text(fit.change.words),
      "layers": .array(fit.change.nodes.map { .text(label($0)) }),
      "relative": .number(fit.deviation.relative),
    ])
  }

  private func label(_ id: ValueID) -> String {
    guard let origin = network.graph.node(id)?.origin else { return "" }
    return origin.path.isEmpty ? origin.op : origin.path
  }
}
