import Tensors

/// Pointwise arithmetic by Swift's own vectors, on any processor and in any layout.
package struct RowPointwise: KernelImplementation {
  package init() {}

  package var name: String { "rows" }

  package func accept(_ call: KernelCall) -> Acceptance {
    guard let form = PointwiseForm(call, Self.layout(call)) else {
      return .refused("a row or a column broadcasts")
    }
    guard let pass = RowPass(form) else {
      return .refused("it has too many rows and constants")
    }
    return .accepted(
      KernelDemand(
        inputs: form.layouts, output: form.layout, packedBytes: floatBytes([pass.tableFloats]),
        overwritable: form.overwritable))
  }

  package func prepare(
    _ call: KernelCall, parameters: [Tensor]
  ) throws(AllocationError) -> any PreparedKernel {
    guard let form = PointwiseForm(call, call.output), var pass = RowPass(form) else {
      preconditionFailure("only what was accepted is prepared")
    }
    try pass.prepare(parameters)
    return PreparedPointwise(pass: .rows(pass))
  }

  /// The layout in which most of the maps lie, or that of the result.
  private static func layout(_ call: KernelCall) -> Layout {
    let maps = zip(call.inputShapes, call.inputs).filter { $0.0 == call.call.output }.map(\.1)
    let candidates = maps + [call.output]
    return candidates.max { a, b in
      candidates.count { $0 == a } < candidates.count { $0 == b }
    } ?? call.output
  }
}

/// A pointwise step as a kernel.
struct PreparedPointwise: PreparedKernel {
  let pass: PointwisePass

  var stages: [Int] { [pass.partCount] }
  var packedBytes: Int { pass.packedBytes }

  @unsafe func run(stage: Int, part: Int, _ memory: KernelMemory) {
    // The places are those of the form's maps.
    unsafe pass.run(
      part: part, inputs: memory.inputs, output: memory.output, second: memory.second)
  }
}

/// What runs a pointwise step over maps.
enum PointwisePass: Sendable {
  case rows(RowPass)
  case code(VectorPass)

  var partCount: Int {
    switch self {
    case .rows(let pass): pass.grid.count
    case .code(let pass): pass.grid.count
    }
  }

  var packedBytes: Int {
    let table =
      switch self {
      case .rows(let pass): pass.table
      case .code(let pass): pass.table
      }
    return table?.byteCount ?? 0
  }

  /// `inputs` are the form's; the value so far is what the output holds.
  @unsafe func run(
    part: Int, inputs: UnsafePointer<MapPlace>, output: MapPlace, second: MapPlace?
  ) {
    switch self {
    case .rows(let pass):
      unsafe pass.run(part: part, inputs: inputs, output: output, second: second)
    case .code(let pass):
      unsafe pass.run(part: part, inputs: inputs, output: output, second: second)
    }
  }
}
