import Tensors

/// The naive loop beside every spec: what a call means, and the last resort.
///
/// The stages of an epilogue follow one after the other, each over the whole result.
package struct ReferenceKernel: KernelImplementation {
  package init() {}

  package var name: String { "reference" }
  package var endsWithReductions: Bool { true }

  package func accept(_ call: KernelCall) -> Acceptance {
    // The pointwise loop reads a stretch of every input before it writes that stretch.
    let isPointwise = KernelFamily(call.call.spec) == .pointwise && call.epilogue.isEmpty
    let overwritable = call.inputShapes.indices.filter {
      isPointwise && call.inputShapes[$0] == call.call.output
    }
    let planar = KernelCall.planar(call.call, epilogue: call.epilogue, reduction: call.reduction)
    let scores = call.reduction == nil ? 0 : call.call.output.count * MemoryLayout<Float>.stride
    let parameters = call.call.parameters.map(\.shape.count)
    let trailing = product([call.epilogue.parameterCount, call.call.output.c])
    return .accepted(
      KernelDemand(
        planar, workspaceBytes: scores, packedBytes: floatBytes(parameters + [trailing]),
        overwritable: Set(overwritable), needsWholeMaps: true))
  }

  package func prepare(
    _ call: KernelCall, parameters: [Tensor]
  ) throws(AllocationError) -> any PreparedKernel {
    let own = call.call.parameters.count
    let trailing = TrailingReference(
      call.epilogue, of: call.call.output, parameters: Array(parameters[own...]))
    return Prepared(
      call: call.call, reduction: call.reduction, parameters: Array(parameters[..<own]),
      trailing: trailing)
  }

  private struct Prepared: PreparedKernel {
    let call: Call
    let reduction: Call?
    let parameters: [Tensor]
    let trailing: TrailingReference

    var packedBytes: Int { floatBytes((parameters + trailing.parameters).map(\.shape.count)) }

    @unsafe func run(stage: Int, part: Int, _ memory: KernelMemory) {
      // Planar places hold their shapes, image after image.
      let inputs = call.inputs.indices.map {
        unsafe TensorView(call.inputs[$0], memory.inputs[$0])
      }
      var scores = unsafe memory
      if reduction != nil, let workspace = unsafe memory.workspace {
        // The workspace holds the scores of all images.
        unsafe scores.output = MapPlace(base: workspace, imageStride: 0)
      }
      call.reference(
        inputs: inputs, parameters: parameters.map { TensorView($0) },
        output: unsafe MutableTensorView(call.output, scores.output))
      unsafe trailing.run(scores, inputs: memory.inputs + call.inputs.count)
      reduction?.reference(
        inputs: [unsafe TensorView(call.output, scores.output)], parameters: [],
        output: unsafe MutableTensorView(reduction?.output ?? call.output, memory.output))
    }
  }
}

/// The stages of an epilogue as pointwise calls on planar maps.
struct TrailingReference: Sendable {
  private let shape: Shape
  private let inputs: [Shape]
  private let stages: [Call]
  private let second: [Call]
  let parameters: [Tensor]

  init(_ epilogue: Epilogue, of shape: Shape, parameters: [Tensor]) {
    func call(_ stage: Scalar) -> Call {
      let spec = PointwiseSpec(
        inputs: 1 + epilogue.inputs.count, expression: stage,
        slots: (0..<epilogue.parameterCount).map { "\($0)" })
      do throws(SpecError) {
        return try Call.make(.pointwise(spec), [shape] + epilogue.inputs)
      } catch {
        preconditionFailure("inputs of an epilogue suit its result: \(error)")
      }
    }
    self.shape = shape
    inputs = epilogue.inputs
    stages = epilogue.stages.map(call)
    second = (epilogue.second ?? []).map(call)
    self.parameters = parameters
  }

  /// `inputs` are the epilogue's.
  @unsafe func run(_ memory: KernelMemory, inputs places: UnsafePointer<MapPlace>) {
    let parameters = parameters.map { TensorView($0) }
    func apply(_ stage: Call, from source: MapPlace, to destination: MapPlace) {
      // Places of planar maps; the pointwise reference may write over its first input.
      let first = unsafe TensorView(shape, source)
      let others = inputs.indices.map { unsafe TensorView(inputs[$0], places[$0]) }
      stage.reference(
        inputs: [first] + others, parameters: parameters,
        output: unsafe MutableTensorView(shape, destination))
    }
    for stage in stages { unsafe apply(stage, from: memory.output, to: memory.output) }
    guard let place = unsafe memory.second else { return }
    for (index, stage) in second.enumerated() {
      unsafe apply(stage, from: index == 0 ? memory.output : place, to: place)
    }
  }
}

extension TensorView {
  /// A planar map without gaps between its images.
  @unsafe init(_ shape: Shape, _ place: MapPlace) {
    // The plan keeps a place as large as its value.
    unsafe self.init(shape, UnsafeBufferPointer(start: place.base, count: shape.count))
  }
}

extension MutableTensorView {
  /// A planar map without gaps between its images.
  @unsafe init(_ shape: Shape, _ place: MapPlace) {
    // The plan keeps a place as large as its value.
    unsafe self.init(shape, UnsafeMutableBufferPointer(start: place.base, count: shape.count))
  }
}
