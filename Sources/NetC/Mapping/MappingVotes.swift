/// What is compared of names, as integers.
struct NameFeatures: Sendable {
  /// Words without numbers.
  fileprivate let words: [Int]
  /// Neighbouring words, whatever numbers stand between.
  fileprivate let neighbours: [Int]
  /// Numbers without words.
  let numbers: [Int]
  /// Ends of one to three tokens.
  fileprivate let ends: [Int]
  /// Longer and longer beginnings.
  fileprivate let starts: [Int]

  /// How alike the words of two names are, 0 to 2: those that both have, and neighbours that both
  /// have. Numbers often start elsewhere; they are compared apart.
  func likeness(_ other: NameFeatures) -> Double {
    let shared =
      Self.shared(words, other.words) + Self.shared(neighbours, other.neighbours)
    return Double(shared) / Double(max(words.count, other.words.count, 1))
  }

  private static func shared(_ a: [Int], _ b: [Int]) -> Int {
    var (i, j, shared) = (0, 0, 0)
    while i < a.count, j < b.count {
      if a[i] == b[j] { shared += 1 }
      let (left, right) = (a[i], b[j])
      if left <= right { i += 1 }
      if right <= left { j += 1 }
    }
    return shared
  }
}

/// Makes features, equal for equal parts of names.
struct NameFeatureTable {
  private var tokens = TokenTable()
  private var numbers: [[Int]: Int] = [:]

  mutating func features(_ name: String) -> NameFeatures {
    let tokens = tokens.tokens(name)
    let words = tokens.filter { $0 % 2 == 0 }
    return NameFeatures(
      words: words.sorted(),
      neighbours: zip(words, words.dropFirst()).map { $0 << 24 | $1 }.sorted(),
      numbers: tokens.filter { $0 % 2 == 1 },
      ends: (1...3).filter { $0 <= tokens.count }.map { number([-1] + tokens.suffix($0)) },
      starts: (1...6).filter { $0 < tokens.count }.map { number([-2] + tokens.prefix($0)) })
  }

  private mutating func number(_ part: [Int]) -> Int {
    if let known = numbers[part] { return known }
    numbers[part] = numbers.count
    return numbers.count - 1
  }
}

/// How often the beginnings and ends of names on one side go with those of the other.
struct MappingVotes {
  private var together: [Int: Double] = [:]
  private var left: [Int: Double] = [:]
  private var right: [Int: Double] = [:]

  mutating func add(_ ours: NameFeatures, _ theirs: NameFeatures, weight: Double) {
    for feature in ours.ends + ours.starts { left[feature, default: 0] += weight }
    for feature in theirs.ends + theirs.starts { right[feature, default: 0] += weight }
    for a in ours.ends { for b in theirs.ends { together[Self.key(a, b), default: 0] += weight } }
    for a in ours.starts {
      for b in theirs.starts { together[Self.key(a, b), default: 0] += weight }
    }
  }

  /// For each feature the largest share of occurrences that it has with one of the other name.
  func score(_ ours: NameFeatures, _ theirs: NameFeatures) -> Double {
    var sum = 0.0
    for a in ours.ends { sum += theirs.ends.reduce(0) { max($0, share(a, $1)) } }
    for a in ours.starts { sum += theirs.starts.reduce(0) { max($0, share(a, $1)) } }
    return sum
  }

  private func share(_ a: Int, _ b: Int) -> Double {
    guard let both = together[Self.key(a, b)] else { return 0 }
    return both / ((left[a] ?? 0) + (right[b] ?? 0) - both)
  }

  private static func key(_ a: Int, _ b: Int) -> Int { a << 32 | b }
}
