/// Few patterns that cover some names and none of others.
struct IgnorePatterns {
  private(set) var patterns: [String] = []
  private var known: Set<String> = []

  init(_ left: [String], used: [String]) {
    let usedEnds = Set(used.map(Self.end))
    var usedStarts: Set<String> = []
    for name in used { usedStarts.formUnion(Self.starts(name)) }
    let ends = Dictionary(grouping: left, by: Self.end)
    var rest: [String] = []
    for name in left {
      let end = Self.end(name)
      // Such as an optimizer's slots, `*.Momentum`.
      let isFrequent = (ends[end] ?? []).count > 3
      if isFrequent, !usedEnds.contains(end), end != name, !Self.isSlot(end),
        Self.starts(name).allSatisfy(usedStarts.contains)
      {
        add("*.\(end)")
      } else {
        rest.append(name)
      }
    }
    for name in rest {
      let start = Self.starts(name).first { !usedStarts.contains($0) }
      add(start.map { "\($0).*" } ?? name)
    }
  }

  private mutating func add(_ pattern: String) {
    if known.insert(pattern).inserted { patterns.append(pattern) }
  }

  private static func end(_ name: String) -> String {
    String(name[(name.lastIndex(of: ".").map { name.index(after: $0) } ?? name.startIndex)...])
  }

  /// The prefixes of a name in whole components, short ones first.
  private static func starts(_ name: String) -> [String] {
    name.indices.filter { name[$0] == "." }.map { String(name[..<$0]) }
  }

  private static func isSlot(_ word: String) -> Bool { MappingName("x.\(word)").slot != .other }
}
