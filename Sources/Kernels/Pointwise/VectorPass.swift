import Tensors

/// A pointwise step on blocks of channels run by generated code.
struct VectorPass: Sendable {
  let form: PointwiseForm
  let grid: PartGrid
  private let generator: PointwiseCode
  private let code: KernelCode
  /// `[block][constant][lane]`; nil where there are none.
  let table: Tensor?

  /// Nil where there are no instructions for it, or the system gives no executable memory.
  init?(
    _ form: PointwiseForm, isa: VectorISA, temporaries: Int? = nil, _ parameters: [Tensor]
  ) throws(AllocationError) {
    guard let generator = Self.generator(form, isa, temporaries: temporaries),
      let code = PointwiseCode.cache.code(for: generator, generate: { $0.code() })
    else { return nil }
    self.form = form
    self.generator = generator
    self.code = code
    grid = form.grid
    table = try generator.program.constants(parameters, channels: form.result.c)
  }

  /// Nil where there are no instructions for it.
  static func generator(
    _ form: PointwiseForm, _ isa: VectorISA, temporaries: Int? = nil
  ) -> PointwiseCode? {
    guard isa.isGenerated, form.layout == isa.layout else { return nil }
    return try? PointwiseCode(form, isa: isa, temporaries: temporaries)
  }

  /// Runs a part. `inputs` are the form's; the value so far is what the output holds.
  @unsafe func run(
    part: Int, inputs: UnsafePointer<MapPlace>, output: MapPlace, second: MapPlace?
  ) {
    let (image, units, cells) = grid.part(part)
    let lanes = form.lanes
    var arguments = PointwiseArguments()
    arguments.words[PointwiseArguments.cells] = UInt(cells.count)
    for unit in units {
      // Blocks and cells of the grid lie inside the maps of the form, and so does the table's block.
      let first = (unit * grid.cells + cells.lowerBound) * lanes
      unsafe arguments.words[PointwiseArguments.destination] = UInt(
        bitPattern: output.base + image * output.imageStride + first)
      if let second = unsafe second {
        unsafe arguments.words[PointwiseArguments.second] = UInt(
          bitPattern: second.base + image * second.imageStride + first)
      }
      for (place, index) in generator.read.enumerated() {
        let input = unsafe inputs[index]
        let distance =
          switch form.inputs[index] {
          case .map: first
          case .channel(let isOne): isOne ? 0 : unit * lanes
          case .cell: cells.lowerBound
          }
        unsafe arguments.words[PointwiseArguments.firstInput + place] = UInt(
          bitPattern: input.base + image * input.imageStride + distance)
      }
      unsafe run(&arguments, constantsAt: unit * generator.program.channels.count * lanes)
    }
  }

  @unsafe private func run(_ arguments: inout PointwiseArguments, constantsAt start: Int) {
    guard let table else { return unsafe code.run(&arguments) }
    // The table is kept by self while the code runs.
    unsafe arguments.words[PointwiseArguments.constants] = UInt(
      bitPattern: table.storage.pointer.baseAddress! + start)
    unsafe code.run(&arguments)
  }
}
