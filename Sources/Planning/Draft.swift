import IR
import Kernels
import Tensors

/// The part of a graph that some results need, at one size: what the passes rewrite.
struct Draft {
  /// A layer that a step computes first, without storing it whole.
  struct Leading {
    var call: LeadingCall
    /// The layer and those of its epilogue.
    var origins: [Origin]
  }

  struct Step {
    var leading: Leading?
    var call: Call
    var epilogue = Epilogue.none
    /// The reduction over channels that the step ends with.
    var reduction: Call?
    /// The call's, the leading one's in the place of the first, then the epilogue's.
    var inputs: [ValueID]
    var output: ValueID
    /// What the epilogue stores besides.
    var second: ValueID?
    /// The leading call's and its epilogue's, the call's, then the epilogue's.
    var parameters: [StepParameter]
    var origin: Origin
    /// Why a pointwise step is no other's epilogue, or why a copy is made.
    var alone: String?
    /// Layers that the epilogue stands for.
    var fused: [Origin] = []
    /// Nil before kernels are chosen.
    var choice: KernelChoice?

    var results: [ValueID] { second.map { [output, $0] } ?? [output] }
  }

  /// A value whose parts lie side by side in its memory.
  struct Join {
    var whole: ValueID
    var parts: [ValueID]
    var origin: Origin
  }

  /// Channels of a larger map in whose memory a value lies.
  struct Slice {
    var whole: ValueID
    var channel: Int
  }

  /// A value that enters or leaves, with the name it is known by.
  struct Port {
    var name: String
    var value: ValueID
  }

  /// In definition order.
  var steps: [Step] = []
  var shapes: [ValueID: Shape] = [:]
  var inputs: [Port] = []
  var outputs: [Port] = []
  var taps: [Port] = []
  /// Values that are the same numbers in the same order as an earlier value.
  var aliases: [ValueID: ValueID] = [:]
  var joins: [Join] = []
  /// Values that lie inside another's memory.
  var slices: [ValueID: Slice] = [:]
  /// How each value lies in memory, planar where nothing is said.
  var layouts: [ValueID: Layout] = [:]
  /// What is computed otherwise than the graph says.
  var rewrites: [Plan.Rewrite] = []

  /// The value whose memory holds this one.
  func holder(_ value: ValueID) -> ValueID {
    var value = value
    while let source = aliases[value] { value = source }
    return value
  }

  /// The value whose memory holds this one's, and from which channel on.
  func root(_ value: ValueID) -> (value: ValueID, channel: Int) {
    var (value, channel) = (holder(value), 0)
    while let slice = slices[value] {
      channel += slice.channel
      value = holder(slice.whole)
    }
    return (value, channel)
  }

  func layout(_ value: ValueID) -> Layout { layouts[holder(value)] ?? .planar }

  /// A value that the graph does not have.
  mutating func makeValue(_ shape: Shape, _ layout: Layout) -> ValueID {
    let value = ValueID((shapes.keys.map(\.index).max() ?? 0) + 1)
    shapes[value] = shape
    layouts[value] = layout
    return value
  }

  /// Values to be handed out, outputs before taps.
  var results: [Port] { outputs + taps }

  /// The values whose memory is handed out.
  var resultHolders: Set<ValueID> { Set(results.map { holder($0.value) }) }
}

extension Draft {
  /// Calls for everything that the outputs and taps need, with shapes at these sizes.
  init(
    _ graph: Graph, at sizes: Sizes, outputs names: [String]?, taps: [ValueID], limit: Int
  ) throws(PlanError) {
    outputs = try Draft.select(names, from: graph)
    self.taps = taps.map { Port(name: graph.tapName($0), value: $0) }
    for value in graph.reachable(from: results.map(\.value)) {
      guard let node = graph.node(value) else {
        guard let shape = graph[value].type.shape(at: sizes) else {
          throw .tooLarge(bytes: nil, limit: limit)
        }
        shapes[value] = shape
        continue
      }
      let call: Call
      do throws(SpecError) {
        call = try Call.make(node.spec, node.inputs.map { shape($0) })
      } catch .tooLarge {
        throw .tooLarge(bytes: nil, limit: limit)
      } catch .batchDiffers {
        throw .windowsOfBatch(sizes.batch)
      } catch {
        throw .call(error, node: value)
      }
      assert(graph[value].type.shape(at: sizes) == call.output, "the checks inferred this shape")
      shapes[value] = call.output
      steps.append(
        Step(
          call: call, inputs: node.inputs, output: value,
          parameters: node.parameters.map { .stored($0) }, origin: node.origin))
    }
    for input in graph.inputs where shapes[input.value] != nil {
      inputs.append(Port(name: input.name, value: input.value))
    }
  }

  /// The shape of a value that a result needs.
  func shape(_ value: ValueID) -> Shape {
    guard let shape = shapes[value] else {
      preconditionFailure("values are defined before they are used")
    }
    return shape
  }

  private static func select(
    _ names: [String]?, from graph: Graph
  ) throws(PlanError) -> [Port] {
    let all = graph.outputs.map { Port(name: $0.name, value: $0.value) }
    guard let names else { return all }
    var chosen: [Port] = []
    for name in names {
      guard let port = all.first(where: { $0.name == name }) else {
        throw .unknownOutput(name, known: all.map(\.name))
      }
      chosen.append(port)
    }
    return chosen
  }
}

extension Graph {
  /// A name for an intermediate value: the input's, the layer's, or the op's with its number.
  fileprivate func tapName(_ value: ValueID) -> String {
    if let input = inputs.first(where: { $0.value == value }) { return input.name }
    guard let origin = node(value)?.origin else { preconditionFailure("a value has a source") }
    return origin.path.isEmpty ? "\(origin.op)#\(value.index)" : origin.path
  }
}
