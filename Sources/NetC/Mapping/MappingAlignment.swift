/// Which layer of a file is which layer of a network, by shape, order and names.
struct MappingAlignment {
  struct Pair: Hashable {
    let ours: Int
    let theirs: Int
    /// Other layers have the shape, and no name speaks for this one.
    var isByOrder: Bool
  }

  private struct Group {
    let ours: [Int]
    let theirs: [Int]
    /// Whether equal numbers in two names mean something: both sides count alike, or have not as
    /// many layers.
    let comparesNumbers: Bool
  }

  private let ours: [MappingUnit]
  private let theirs: [MappingUnit]
  private let ourFeatures: [NameFeatures]
  private let theirFeatures: [NameFeatures]
  /// Those of equal shapes on both sides.
  private let groups: [Group]
  private let known: [(ours: NameFeatures, theirs: NameFeatures)]
  private(set) var pairs: [Pair] = []

  /// `known` are pairs of names that are sure from elsewhere.
  init(_ ours: [MappingUnit], _ theirs: [MappingUnit], known: [(ours: String, theirs: String)]) {
    self.ours = ours
    self.theirs = theirs
    var table = NameFeatureTable()
    ourFeatures = ours.map { table.features($0.name) }
    theirFeatures = theirs.map { table.features($0.name) }
    self.known = known.map { (table.features($0.ours), table.features($0.theirs)) }
    let byShape = Dictionary(grouping: theirs.indices) { theirs[$0].signature }
    var groups: [[Int]: [Int]] = [:]
    var order: [[Int]] = []
    for (index, unit) in ours.enumerated() where byShape[unit.signature] != nil {
      if groups[unit.signature] == nil { order.append(unit.signature) }
      groups[unit.signature, default: []].append(index)
    }
    let (left, right) = (ourFeatures.map(\.numbers), theirFeatures.map(\.numbers))
    self.groups = order.map { signature in
      let (ours, theirs) = (groups[signature] ?? [], byShape[signature] ?? [])
      let isAlike = Set(ours.map { left[$0] }) == Set(theirs.map { right[$0] })
      return Group(
        ours: ours, theirs: theirs, comparesNumbers: isAlike || ours.count != theirs.count)
    }
    pairs = align()
  }

  private func align() -> [Pair] {
    let isSmall = groups.reduce(0) { $0 + $1.ours.count * $1.theirs.count } <= MappingLayers.limit
    var assigned: [(ours: Int, theirs: Int)]
    var sure = MappingVotes()
    for (ours, theirs) in known { sure.add(ours, theirs, weight: 3) }
    for group in groups where group.ours.count == 1 && group.theirs.count == 1 {
      sure.add(ourFeatures[group.ours[0]], theirFeatures[group.theirs[0]], weight: 3)
    }
    if let inOrder = sameOrder {
      assigned = inOrder
    } else if isSmall {
      assigned = assign(sure)
      for _ in 0..<3 {
        var votes = sure
        for pair in assigned {
          votes.add(ourFeatures[pair.ours], theirFeatures[pair.theirs], weight: 1)
        }
        assigned = assign(votes)
      }
    } else {
      assigned = groups.flatMap { group in
        zip(group.ours, group.theirs).map { (ours: $0, theirs: $1) }
      }
    }
    let rivals = Dictionary(
      uniqueKeysWithValues: groups.flatMap { group in group.ours.map { ($0, group) } })
    return assigned.map { pair in
      guard let group = rivals[pair.ours] else { preconditionFailure("a pair is of a group") }
      let others = group.theirs.filter { $0 != pair.theirs }
      var isByOrder = !others.isEmpty
      if isByOrder, isSmall {
        let own = score(pair.ours, pair.theirs, group, sure)
        isByOrder = others.contains { score(pair.ours, $0, group, sure) >= own }
      }
      return Pair(ours: pair.ours, theirs: pair.theirs, isByOrder: isByOrder)
    }
  }

  /// Pairs by place, where the layers that both sides have stand in the same order on both.
  private var sameOrder: [(ours: Int, theirs: Int)]? {
    let left = groups.flatMap(\.ours).sorted()
    let right = groups.flatMap(\.theirs).sorted()
    guard left.count == right.count,
      zip(left, right).allSatisfy({ ours[$0].signature == theirs[$1].signature })
    else { return nil }
    return zip(left, right).map { (ours: $0, theirs: $1) }
  }

  /// The best pairs of each group: by score, then by rank in the order of each side.
  private func assign(_ votes: MappingVotes) -> [(ours: Int, theirs: Int)] {
    var result: [(ours: Int, theirs: Int)] = []
    for group in groups {
      var candidates: [(score: Double, distance: Int, ours: Int, theirs: Int)] = []
      for (rank, ours) in group.ours.enumerated() {
        for (other, theirs) in group.theirs.enumerated() {
          candidates.append((score(ours, theirs, group, votes), abs(rank - other), ours, theirs))
        }
      }
      candidates.sort {
        ($1.score, $0.distance, $0.ours, $0.theirs) < ($0.score, $1.distance, $1.ours, $1.theirs)
      }
      var (left, right) = (Set(group.ours), Set(group.theirs))
      for candidate in candidates
      where left.contains(candidate.ours) && right.contains(candidate.theirs) {
        left.remove(candidate.ours)
        right.remove(candidate.theirs)
        result.append((candidate.ours, candidate.theirs))
      }
    }
    return result.sorted { $0.ours < $1.ours }
  }

  private func score(
    _ ours: Int, _ theirs: Int, _ group: Group, _ votes: MappingVotes
  ) -> Double {
    let (a, b) = (ourFeatures[ours], theirFeatures[theirs])
    // Equal evidence is equal, whatever the order of its sum.
    let numbers = group.comparesNumbers && a.numbers == b.numbers ? 2.0 : 0
    return ((4 * a.likeness(b) + numbers + votes.score(a, b)) * 1024).rounded()
  }
}
