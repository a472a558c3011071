import Formats
import Frontend
import IR
import Tensors

/// Which tensor of a file is which parameter of a network, as far as it can be guessed.
struct MappingPairing {
  struct Pair {
    let parameter: Int
    let entry: Int
    let isByOrder: Bool
  }

  /// Found rows are taken as they are, unless shapes show that the names are off.
  private(set) var pairs: [Pair] = []
  /// Layers that are alike but for the number of outputs, such as those of other classes: a
  /// parameter and a tensor of the file.
  private(set) var resized: [(parameter: Int, entry: Int)] = []
  /// How the file stores kernels.
  let layout: RenameRule.Layout
  /// Whether the names that fit are in question too.
  let isWhole: Bool

  init(_ match: WeightMatch) {
    let entries = match.entries
    isWhole = match.parameters.indices.contains { index in
      guard match.rows[index].status == .wrongShape, let stored = match.rows[index].dimensions
      else { return false }
      return !Self.differOnlyInOutputs(stored, match.parameters[index].shape.dimensions)
    }
    let isWhole = isWhole
    let wanted = match.parameters.indices.filter { index in
      isWhole || [.missing, .optional].contains(match.rows[index].status)
    }
    let ignored = Set(match.ignored.map(\.name))
    let unused = Set(match.unused.map(\.entry.name))
    let offered = entries.indices.filter { index in
      isWhole ? !ignored.contains(entries[index].name) : unused.contains(entries[index].name)
    }
    let shapes = Set(wanted.map { match.parameters[$0].shape.dimensions })
    layout = Self.layout(of: offered.map { entries[$0] }, shapes, match.parameters, wanted)
    guard !wanted.isEmpty, !offered.isEmpty else { return }
    let ours = MappingLayers(
      wanted.map { index in
        let parameter = match.parameters[index]
        return MappingTensor(
          index: index, name: MappingName(parameter.name), shape: parameter.shape.dimensions)
      })
    let layout = layout
    let stored = MappingLayers(
      offered.filter { entries[$0].type.isWeight }.map { index in
        let name = MappingName(entries[index].name)
        let shape = Self.shape(entries[index], name, layout, shapes)
        return MappingTensor(index: index, name: name, shape: shape)
      })
    let theirs = stored.isTelling ? stored : stored.naturallySorted
    var known: [(ours: String, theirs: String)] = []
    if !isWhole {
      for (index, row) in match.rows.enumerated() {
        guard case .found = row.status, let entry = row.entry else { continue }
        let (left, right) = (MappingName(match.parameters[index].name), MappingName(entry.name))
        if left.slot == .weight { known.append((left.layer, right.layer)) }
      }
    }
    align(ours, theirs, known)
    findResized(ours, theirs)
  }

  private mutating func align(
    _ ours: MappingLayers, _ theirs: MappingLayers, _ known: [(ours: String, theirs: String)]
  ) {
    let (left, right) = (ours.units(byOrder: true), theirs.units(byOrder: false))
    let joined = MappingAlignment(left, right, known: known)
    var known = known
    var (doneLeft, doneRight): (Set<Int>, Set<Int>) = ([], [])
    for pair in joined.pairs {
      let (a, b) = (left[pair.ours], right[pair.theirs])
      for (mine, other) in zip(a.layers, b.layers) {
        take(mine, other, pair.isByOrder)
        doneLeft.insert(mine.place)
        doneRight.insert(other.place)
      }
      known.append((a.name, b.name))
    }
    // What could not be joined on both sides alike is compared layer by layer.
    func single(_ layers: MappingLayers, _ done: Set<Int>) -> [MappingUnit] {
      layers.layers.filter { !done.contains($0.place) }
        .map { MappingUnit(main: $0, normalization: nil) }
    }
    let (restLeft, restRight) = (single(ours, doneLeft), single(theirs, doneRight))
    for pair in MappingAlignment(restLeft, restRight, known: known).pairs {
      take(restLeft[pair.ours].main, restRight[pair.theirs].main, pair.isByOrder)
    }
  }

  /// The tensors of two layers with the same slots.
  private mutating func take(_ ours: MappingLayer, _ theirs: MappingLayer, _ isByOrder: Bool) {
    for tensor in ours.tensors {
      guard let other = theirs.tensors.first(where: { $0.name.slot == tensor.name.slot }) else {
        continue
      }
      pairs.append(Pair(parameter: tensor.index, entry: other.index, isByOrder: isByOrder))
    }
  }

  private mutating func findResized(_ ours: MappingLayers, _ theirs: MappingLayers) {
    let (paired, used) = (Set(pairs.map(\.parameter)), Set(pairs.map(\.entry)))
    var left = theirs.layers.filter { $0.outputs != nil && !used.contains($0.tensors[0].index) }
    for layer in ours.layers where layer.outputs != nil && !paired.contains(layer.tensors[0].index)
    {
      let slots = Set(layer.tensors.map(\.name.slot))
      let found = left.firstIndex { other in
        Set(other.tensors.map(\.name.slot)) == slots
          && other.tensors.allSatisfy { tensor in
            layer.tensors.contains {
              $0.name.slot == tensor.name.slot && Self.differOnlyInOutputs($0.shape, tensor.shape)
            }
          }
      }
      guard let found else { continue }
      let other = left.remove(at: found)
      for tensor in layer.tensors {
        if let same = other.tensors.first(where: { $0.name.slot == tensor.name.slot }) {
          resized.append((tensor.index, same.index))
        }
      }
    }
  }

  private static func differOnlyInOutputs(_ a: [Int], _ b: [Int]) -> Bool {
    !a.isEmpty && a.count == b.count && a[0] != b[0] && a.dropFirst() == b.dropFirst()
  }

  /// The layout under which more kernels have shapes that the network wants.
  private static func layout(
    of entries: [WeightEntry], _ shapes: Set<[Int]>, _ parameters: [Parameter], _ wanted: [Int]
  ) -> RenameRule.Layout {
    let kernels = entries.filter { $0.dimensions.count == 4 || $0.dimensions.count == 2 }
    let plain = kernels.count { shapes.contains($0.dimensions) }
    let turned = kernels.count { Self.turned($0.dimensions).contains(where: shapes.contains) }
    return turned > plain ? .hwio : .oihw
  }

  /// TensorFlow's dimensions in PyTorch's order: of a convolution, and of a depthwise one.
  private static func turned(_ stored: [Int]) -> [[Int]] {
    guard stored.count == 4 else { return stored.count == 2 ? [stored.reversed()] : [stored] }
    let (channels, overflow) = stored[2].multipliedReportingOverflow(by: stored[3])
    let plain = [stored[3], stored[2], stored[0], stored[1]]
    return overflow ? [plain] : [plain, [channels, 1, stored[0], stored[1]]]
  }

  /// The shape of a tensor in the network's order.
  private static func shape(
    _ entry: WeightEntry, _ name: MappingName, _ layout: RenameRule.Layout, _ shapes: Set<[Int]>
  ) -> [Int] {
    guard layout == .hwio else { return entry.dimensions }
    let candidates = turned(entry.dimensions)
    let isDepthwise = name.text.lowercased().contains("depthwise")
    let ordered = isDepthwise ? candidates.reversed() : candidates
    return ordered.first(where: shapes.contains) ?? ordered[0]
  }
}
