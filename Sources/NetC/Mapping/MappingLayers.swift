/// A tensor of one side with its place there and its shape in the network's order.
struct MappingTensor: Sendable {
  let index: Int
  let name: MappingName
  let shape: [Int]
}

/// The tensors of one layer.
struct MappingLayer: Sendable {
  let name: String
  var tensors: [MappingTensor]
  /// Its place in the order of its side.
  var place = 0

  private func shape(_ slot: MappingName.Slot) -> [Int]? {
    tensors.first { $0.name.slot == slot }?.shape
  }

  /// The channels of a normalization; nil of other layers.
  var normalized: Int? {
    guard let weight = shape(.weight) ?? shape(.mean), weight.count == 1 else { return nil }
    return weight[0]
  }

  /// The channels that a convolution or dense layer makes; nil of other layers.
  var outputs: Int? {
    guard let weight = shape(.weight), weight.count > 1 else { return nil }
    return weight[0]
  }

  /// Slots and shapes as numbers.
  var signature: [Int] {
    tensors.sorted { $0.name.slot.order < $1.name.slot.order }.flatMap {
      [-1, $0.name.slot.order] + $0.shape
    }
  }
}

extension MappingName.Slot {
  fileprivate var order: Int {
    switch self {
    case .weight: 0
    case .bias: 1
    case .mean: 2
    case .variance: 3
    case .other: 4
    }
  }
}

/// A convolution with the normalization behind it, or a layer alone.
struct MappingUnit: Sendable {
  let main: MappingLayer
  let normalization: MappingLayer?

  var layers: [MappingLayer] { [main] + (normalization.map { [$0] } ?? []) }
  var signature: [Int] { main.signature + (normalization.map { [-2] + $0.signature } ?? []) }
  var name: String { main.name }
}

/// One side's layers in order.
struct MappingLayers: Sendable {
  private(set) var layers: [MappingLayer] = []
  /// Whether the tensors of some layer do not stand together.
  private var isScattered = false
  /// Whether the names are sorted, as safetensors files are.
  private let isSorted: Bool

  init(_ tensors: [MappingTensor]) {
    let names = tensors.map { Array($0.name.text.utf8) }
    isSorted = zip(names, names.dropFirst()).allSatisfy { !$1.lexicographicallyPrecedes($0) }
    var known: [String: Int] = [:]
    for tensor in tensors {
      if let index = known[tensor.name.layer],
        !layers[index].tensors.contains(where: { $0.name.slot == tensor.name.slot })
      {
        layers[index].tensors.append(tensor)
        if index != layers.count - 1 { isScattered = true }
        continue
      }
      known[tensor.name.layer] = layers.count
      layers.append(MappingLayer(name: tensor.name.layer, tensors: [tensor]))
    }
    place()
  }

  private mutating func place() {
    for index in layers.indices { layers[index].place = index }
  }

  /// Whether the order says something: tensors of a layer and layers of a prefix stand together,
  /// and it is not that of sorted names.
  var isTelling: Bool {
    if isSorted || isScattered { return false }
    var closed: Set<String> = []
    var open: [String] = []
    for layer in layers {
      let parts = layer.name.split(separator: ".").dropLast()
      var prefixes: [String] = []
      for part in parts { prefixes.append((prefixes.last.map { $0 + "." } ?? "") + part) }
      for prefix in open where !prefixes.contains(prefix) { closed.insert(prefix) }
      if prefixes.contains(where: closed.contains) { return false }
      open = prefixes
    }
    return true
  }

  var naturallySorted: MappingLayers {
    var sorted = self
    let keyed = layers.map { (key: NaturalKey($0.name), layer: $0) }.sorted { $0.key < $1.key }
    sorted.layers = keyed.map(\.layer)
    sorted.place()
    return sorted
  }

  /// Normalizations joined to the convolutions before them; `byOrder` where the order is that of
  /// execution, else by their names.
  func units(byOrder: Bool) -> [MappingUnit] {
    var partner: [Int: Int] = [:]
    if byOrder {
      for (index, layer) in layers.enumerated().dropFirst() {
        guard let channels = layer.normalized, layers[index - 1].outputs == channels else {
          continue
        }
        partner[index - 1] = index
      }
    } else {
      partner = partnersByName()
    }
    let joined = Set(partner.values)
    return layers.indices.filter { !joined.contains($0) }.map { index in
      MappingUnit(main: layers[index], normalization: partner[index].map { layers[$0] })
    }
  }

  /// Each normalization goes to the convolution as wide whose name is nearest.
  private func partnersByName() -> [Int: Int] {
    struct Choice {
      let rank: [Int]
      let main: Int
      let normalization: Int
    }
    var table = TokenTable()
    let tokens = layers.map { table.tokens($0.name) }
    let depths = layers.map { layer in layer.name.count { $0 == "." } }
    let mains = Dictionary(
      grouping: layers.indices.filter { layers[$0].outputs != nil }
    ) { layers[$0].outputs }
    var choices: [Choice] = []
    for index in layers.indices {
      guard let channels = layers[index].normalized, let candidates = mains[channels] else {
        continue
      }
      for main in candidates {
        let (a, b) = (tokens[main], tokens[index])
        let shared = zip(a, b).prefix { $0 == $1 }.count
        let isInside = shared == a.count
        let sameNumber = a.last == b.last && (a.last ?? 0) % 2 == 1
        let distance = index > main ? index - main : (main - index) + 10_000
        choices.append(
          Choice(
            rank: [
              -shared - (isInside ? 1 : 0), depths[main] == depths[index] ? 0 : 1,
              sameNumber ? 0 : 1, distance,
            ], main: main, normalization: index))
      }
      if choices.count > Self.limit { return [:] }
    }
    choices.sort { $0.rank.lexicographicallyPrecedes($1.rank) }
    var partner: [Int: Int] = [:]
    var taken: Set<Int> = []
    for choice in choices where partner[choice.main] == nil {
      if taken.insert(choice.normalization).inserted {
        partner[choice.main] = choice.normalization
      }
    }
    return partner
  }

  /// Pairs of a network of thousands of layers as wide as each other are not looked at.
  static let limit = 200_000
}
