import Formats
import Frontend
import IR
import Source
import Tensors

extension WeightMatch {
  /// Everything in which the network and the file differ, one finding a kind.
  var diagnostics: DiagnosticSet {
    var findings = DiagnosticSet()
    for collision in collisions.prefix(Self.shown) { findings.add(.collision(collision, self)) }
    let missing = parameters.indices.filter { rows[$0].status == .missing }
    for fault in partFaults.prefix(Self.shown) { findings.add(fault.diagnostic(self)) }
    let shapes = parameters.indices.filter { rows[$0].status == .wrongShape }
    // Where everything fits, a rule for names that this file does not have is for another file.
    if !missing.isEmpty || !unused.isEmpty || !shapes.isEmpty {
      for rule in idleRules { findings.add(idle(rule)) }
    }
    let isOff = !missing.isEmpty || !shapes.isEmpty || !unused.isEmpty
    // The first of the findings that names explain gets the block.
    var proposal = isOff ? MappingProposal(self) : nil
    if !missing.isEmpty {
      findings.add(missingTensors(missing, proposal))
      proposal?.isShown = true
    }
    if !shapes.isEmpty {
      findings.add(wrongShapes(shapes, proposal))
      proposal?.isShown = true
    }
    if !unused.isEmpty { findings.add(unusedTensors(proposal)) }
    let types = parameters.indices.filter { rows[$0].status == .wrongType }
    if !types.isEmpty { findings.add(wrongTypes(types)) }
    return findings
  }

  /// How many tensors a finding lists.
  static let shown = 20

  private func missingTensors(_ missing: [Int], _ proposal: MappingProposal?) -> Diagnostic {
    let limit = proposal?.noteLimit ?? Self.shown
    let notes = missing.prefix(limit).map { index in
      let parameter = parameters[index]
      let guess = proposal?.guesses[index].map {
        "; did you mean the file's `\($0.name)`, \(shapeText($0.dimensions))?"
      }
      return Diagnostic.Note("`\(parameter.name)`, \(parameter.shape)\(guess ?? "")")
    }
    let wanted = parameters.count { !$0.isUnused }
    var finding = Diagnostic(
      .missingTensors,
      "\(missing.count) of \(wanted) tensors of the network are missing in the file", path: path,
      notes: notes + more(missing.count, than: limit))
    proposal?.explain(&finding)
    return finding
  }

  private func unusedTensors(_ proposal: MappingProposal?) -> Diagnostic {
    let limit = proposal?.noteLimit ?? Self.shown
    let notes = unused.prefix(limit).map { entry, name in
      let renamed = name == entry.name ? "" : ", renamed `\(name)`"
      return Diagnostic.Note("`\(entry.name)`, \(shapeText(entry.dimensions))\(renamed)")
    }
    var finding = Diagnostic(
      .unusedTensors, "\(unused.count) of \(entries.count) tensors of the file are not used",
      path: path, notes: notes + more(unused.count, than: limit))
    proposal?.explain(&finding)
    return finding
  }

  private func wrongShapes(_ found: [Int], _ proposal: MappingProposal?) -> Diagnostic {
    let isShort = found.count <= 3
    let notes = found.prefix(Self.shown).compactMap { index -> Diagnostic.Note? in
      guard let entry = rows[index].entry, let dimensions = rows[index].dimensions else {
        return nil
      }
      let parameter = parameters[index]
      let stored = entry.name == parameter.name ? "" : "`\(entry.name)`, "
      return Diagnostic.Note(
        "`\(parameter.name)` is \(parameter.shape), the file has "
          + "\(stored)\(shapeText(dimensions))", at: isShort ? parameter.span : nil)
    }
    let isForeign = found.contains { index in
      guard let stored = rows[index].dimensions, rows[index].layout == .oihw else {
        return false
      }
      let wanted = parameters[index].shape.dimensions
      return RenameRule.Layout.hwio.order(stored: stored, wanted: wanted) != nil
    }
    var finding = Diagnostic(
      .wrongShape,
      "\(found.count) \(found.count == 1 ? "tensor has" : "tensors have") another shape",
      path: path, notes: notes + more(found.count, than: Self.shown),
      help: isForeign
        ? "the file seems to be in TensorFlow's order: write `rename * <- * layout=HWIO`"
        : setting(found))
    proposal?.explain(&finding)
    return finding
  }

  /// The setting that explains every difference: the number of outputs, alike in all tensors, is
  /// the value of one parameter of the network.
  private func setting(_ found: [Int]) -> String? {
    var counts: Set<[Int]> = []
    for index in found {
      let wanted = parameters[index].shape.dimensions
      guard let stored = rows[index].dimensions, rows[index].layout == .oihw,
        let old = wanted.first, let new = stored.first, stored.dropFirst() == wanted.dropFirst()
      else { return nil }
      counts.insert([old, new])
    }
    guard counts.count == 1, let count = counts.first else { return nil }
    let names = settings.filter { $0.value == .int(count[0]) }.map(\.name)
    return names.count == 1 ? "this file is for `--set \(names[0])=\(count[1])`" : nil
  }

  private func wrongTypes(_ found: [Int]) -> Diagnostic {
    let notes = found.prefix(Self.shown).compactMap { index -> Diagnostic.Note? in
      guard let entry = rows[index].entry else { return nil }
      return Diagnostic.Note("`\(entry.name)` is \(entry.type.rawValue)")
    }
    return Diagnostic(
      .wrongDtype,
      "\(found.count) wanted tensors are not of floating point, 16, 32 or 64 bits wide",
      path: path, notes: notes + more(found.count, than: Self.shown),
      help: "save them as F32, F16, BF16 or F64")
  }

  private func idle(_ index: Int) -> Diagnostic {
    let rule = rules.rules[index]
    let isShadowed = names.contains { rules.matches(index, $0) }
    guard !isShadowed else {
      return Diagnostic(
        .badRename, "earlier rules take every tensor that `\(rule.source)` matches",
        at: rule.span, help: "move it up, or remove it")
    }
    let guess = pattern(like: rule.source)
    return Diagnostic(
      .badRename, "no tensor of `\(path)` matches `\(rule.source)`", at: rule.span,
      help: guess.map { "did you mean `\($0)`?" } ?? firstNames)
  }

  private var firstNames: String? {
    guard !names.isEmpty else { return "the file holds no tensor" }
    return "the file has " + names.prefix(3).map { "`\($0)`" }.joined(separator: ", ")
      + (names.count > 3 ? ", …" : "")
  }

  private func more(_ count: Int, than limit: Int) -> [Diagnostic.Note] {
    count > limit ? [Diagnostic.Note("and \(count - limit) more")] : []
  }

  /// A pattern that matches something, with the literal start of this one replaced by the nearest.
  private func pattern(like pattern: String) -> String? {
    guard let star = pattern.firstIndex(of: "*") else { return nearest(pattern, among: names) }
    let start = pattern[..<star]
    let depth = start.count { $0 == "." }
    let starts = names.compactMap { name -> String? in
      let parts = name.split(separator: ".")
      return parts.count > depth ? parts.prefix(depth).joined(separator: ".") + "." : nil
    }
    guard depth > 0, let near = nearest(String(start), among: starts) else { return nil }
    let guess = near + pattern[star...]
    let glob = Glob(guess)
    return names.contains { glob.captures(in: $0) != nil } ? guess : nil
  }
}

/// `64x3x7x7`; `scalar` without dimensions.
func shapeText(_ dimensions: [Int]) -> String {
  dimensions.isEmpty ? "scalar" : dimensions.map(String.init).joined(separator: "x")
}

extension Diagnostic {
  fileprivate static func collision(
    _ collision: WeightMatch.Collision, _ match: WeightMatch
  ) -> Diagnostic {
    let message =
      "`\(collision.first)` and `\(collision.second)` of `\(match.path)` both become "
      + "`\(collision.name)`"
    guard let rule = collision.rule else {
      return Diagnostic(.badRename, message, path: match.path)
    }
    return Diagnostic(
      .badRename, message, at: match.rules.rules[rule].span,
      help: "narrow the pattern, or put `ignore \(collision.second)` before it")
  }
}
