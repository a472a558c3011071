import Tensors

/// Pointwise arithmetic on blocks of channels by generated code.
package struct VectorPointwise: KernelImplementation {
  private let isa: VectorISA

  package init(_ isa: VectorISA) {
    precondition(isa.isGenerated, "the portable form is `RowPointwise`")
    self.isa = isa
  }

  package var name: String { "vector \(isa)" }

  package func accept(_ call: KernelCall) -> Acceptance {
    guard let form = PointwiseForm(call, isa.layout) else {
      return .refused("a row or a column broadcasts")
    }
    let maps = zip(form.inputs, call.inputs).filter { $0.0 == .map }.map(\.1)
    // What lies in planes is quicker done there than moved into blocks first.
    guard maps.isEmpty ? call.output == isa.layout : maps.contains(isa.layout) else {
      return .refused("its maps lie in planes")
    }
    do throws(VectorProgram.Refusal) {
      _ = try PointwiseCode(form, isa: isa)
    } catch {
      return .refused(error.reason)
    }
    guard let table = PointwisePass.tableFloats(form, isa) else {
      return .refused("it has too many rows and constants")
    }
    return .accepted(
      KernelDemand(
        inputs: form.layouts, output: form.layout, packedBytes: floatBytes([table]),
        overwritable: form.overwritable))
  }

  package func prepare(
    _ call: KernelCall, parameters: [Tensor]
  ) throws(AllocationError) -> any PreparedKernel {
    guard let form = PointwiseForm(call, isa.layout) else {
      preconditionFailure("only what was accepted is prepared")
    }
    return PreparedPointwise(pass: try PointwisePass(form, isa: isa, parameters))
  }
}

extension PointwisePass {
  /// Generated code where it is possible, else rows, which take what `RowPass` accepts.
  init(
    _ form: PointwiseForm, isa: VectorISA, _ parameters: [Tensor]
  ) throws(AllocationError) {
    if let pass = try VectorPass(form, isa: isa, parameters) {
      self = .code(pass)
      return
    }
    guard var pass = RowPass(form) else {
      preconditionFailure("only what was accepted is prepared")
    }
    try pass.prepare(parameters)
    self = .rows(pass)
  }

  /// Floats of the table of constants; nil where neither way is possible.
  static func tableFloats(_ form: PointwiseForm, _ isa: VectorISA) -> Int? {
    guard let rows = RowPass(form) else { return nil }
    guard let generator = VectorPass.generator(form, isa) else { return rows.tableFloats }
    return generator.program.tableFloats(channels: form.result.c)
  }
}
