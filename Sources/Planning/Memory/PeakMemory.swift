import IR
import Tensors

/// What a run keeps in memory at the step that needs most, as a function of the image's sides.
///
/// The maps are those that are alive at that step of the plan, their extents exact functions. It is
/// the plan's total at the plan's size. At another size it is what the same step would need with the
/// same maps alive, and the workspaces of this one: the plan there may have other kernels, or its
/// peak elsewhere.
package struct PeakMemory: Hashable, Sendable {
  package enum Holding: Hashable, Sendable { case inputs, results, maps }

  /// Maps of the same sides.
  package struct Term: Hashable, Sendable {
    package let holding: Holding
    package let height: Extent
    package let width: Extent
    /// Of all of them together, for one cell.
    package var cellBytes: Int

    package func bytes(at sizes: Sizes) -> Int? {
      guard let h = try? height.value(at: sizes.height), let w = try? width.value(at: sizes.width)
      else { return nil }
      return product([cellBytes, h, w])
    }
  }

  /// The first step at which most is alive; nil where nothing has to be done.
  package let step: Int?
  /// Inputs, results, then maps.
  package let terms: [Term]
  package let weights: Int
  /// What kernels use while they run: that of the step, and the scratch of a thread.
  package let workspace: Int
  /// Bytes of the arena that hold nothing at that step: gaps, and what addresses are rounded up by.
  package let gaps: Int

  /// The bytes at some sizes; nil where they pass what an `Int` holds.
  package func bytes(at sizes: Sizes) -> Int? {
    var sum = ByteCount()
    for part in [weights, workspace, gaps] { sum.add(part) }
    for term in terms {
      guard let bytes = term.bytes(at: sizes) else { return nil }
      sum.add(bytes)
    }
    return sum.bytes
  }

  /// `known` are the values of the draft that the graph has.
  init(
    _ graph: Graph, known: Set<ValueID>, _ draft: Draft, _ placement: Placement,
    _ memory: MemoryDemand
  ) {
    let (step, alive) = placement.peak(steps: draft.steps.count)
    var sides = Sides(graph: graph, known: known, draft: draft)
    var terms: [Term] = []
    func add(_ holding: Holding, _ value: ValueID, bytes: Int) {
      let (height, width) = sides.extents(of: value)
      let (shape, same) = (
        draft.shape(value),
        terms.firstIndex { $0.holding == holding && $0.height == height && $0.width == width }
      )
      let cell = bytes / max(1, shape.h * shape.w)
      if let same {
        terms[same].cellBytes += cell
      } else {
        terms.append(Term(holding: holding, height: height, width: width, cellBytes: cell))
      }
    }
    for input in draft.inputs {
      add(.inputs, input.value, bytes: draft.shape(input.value).bytes)
    }
    // Of values that share a buffer, all have its shape.
    var values: [Int: ValueID] = [:]
    for (value, buffer) in placement.buffer {
      let other = values[buffer]
      if other.map({ sides.isBetter(value, than: $0) }) ?? true { values[buffer] = value }
    }
    var (workspace, used) = (memory.scratch, 0)
    for (index, buffer) in placement.buffers.enumerated() {
      if buffer.arenaRange == nil, let value = values[index] {
        add(.results, value, bytes: buffer.bytes)
      } else if alive.contains(index) {
        used += buffer.bytes
        if let value = values[index] {
          add(.maps, value, bytes: buffer.bytes)
        } else {
          workspace += buffer.bytes
        }
      }
    }
    self.step = step
    self.terms = terms.filter { $0.holding != .maps } + terms.filter { $0.holding == .maps }
    weights = memory.weights
    self.workspace = workspace
    gaps = memory.arena - used
  }
}

extension Placement {
  /// The first step at which most bytes of the arena are in use, and the buffers that are.
  fileprivate func peak(steps: Int) -> (step: Int?, buffers: Set<Int>) {
    var used = [Int](repeating: 0, count: steps)
    for buffer in buffers where buffer.arenaRange != nil {
      for step in buffer.lifetime where step < steps { used[step] += buffer.bytes }
    }
    guard let most = used.max(), let step = used.firstIndex(of: most) else { return (nil, []) }
    let alive = buffers.indices.filter {
      buffers[$0].arenaRange != nil && buffers[$0].lifetime.contains(step)
    }
    return (step, Set(alive))
  }
}

/// The extents of the values of a draft.
private struct Sides {
  let graph: Graph
  let known: Set<ValueID>
  let draft: Draft
  /// In definition order.
  private(set) lazy var all = known.sorted { $0.index < $1.index }

  init(graph: Graph, known: Set<ValueID>, draft: Draft) {
    (self.graph, self.known, self.draft) = (graph, known, draft)
  }

  /// Values of the graph before those of passes, earlier ones first.
  func isBetter(_ value: ValueID, than other: ValueID) -> Bool {
    known.contains(value) == known.contains(other)
      ? value.index < other.index : known.contains(value)
  }

  /// Those of the graph. A pass makes a value on the grid of another: of one that is read or written
  /// with it, else of any as large.
  mutating func extents(of value: ValueID) -> (Extent, Extent) {
    let one = Extent.constant(1)
    if known.contains(value) { return graph[value].type.extents ?? (one, one) }
    let shape = draft.shape(value)
    for other in neighbours(of: value) + all where known.contains(other) {
      let (type, grid) = (graph[other].type, draft.shape(other))
      if grid.h == shape.h, grid.w == shape.w { return type.extents ?? (one, one) }
    }
    return (.constant(shape.h), .constant(shape.w))
  }

  private func neighbours(of value: ValueID) -> [ValueID] {
    draft.steps.flatMap { step in
      let values = step.inputs + step.results
      return values.contains { draft.holder($0) == value } ? values : []
    }
  }
}
