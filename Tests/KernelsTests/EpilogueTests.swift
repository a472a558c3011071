import Tensors
import TestSupport
import Testing
import X86

@testable import Kernels

/// Epilogues that other kernels apply: after their own stages, in few registers, or in weights.
struct EpilogueTests {
  static let layouts = [Layout.planar, .blocked(8), .blocked(16)]

  @Test(arguments: VectorISA.allCases.filter(\.isSupported), layouts)
  func stagesFollowAKernel(isa: VectorISA, layout: Layout) throws {
    var random = RandomNumbers(seed: 7)
    for index in 0..<RandomPointwise.count / 2 {
      let epilogue = try RandomEpilogue(&random)
      let trial = KernelTrial(
        call: try Call.make(.movement(.identity), [epilogue.shape]), epilogue: epilogue.epilogue,
        layout: layout, gap: index % 3 * 16, atEnd: index % 2 == 0)
      let outcome = try #require(try trial.run(Reorder(isa), epilogue.tensors))
      try #require(try outcome == trial.expected(epilogue.tensors), "case \(index)")
    }
  }

  /// After kernels that keep the size of the map, in their own layouts.
  @Test(arguments: VectorISA.allCases.filter(\.isSupported))
  func stagesFollowKernelsOfMaps(isa: VectorISA) throws {
    var random = RandomNumbers(seed: 9)
    let window = PoolingSpec(
      kind: .max,
      region: .window(
        kernel: Size2(3), stride: .one, rate: .one, padding: .explicit(Insets(1)), ceilMode: false))
    for index in 0..<RandomPointwise.count / 4 {
      let epilogue = try RandomEpilogue(&random)
      let size = Size2(epilogue.shape.h, epilogue.shape.w)
      let (spec, kernel): (Spec, any KernelImplementation) =
        switch index % 3 {
        case 0: (.pooling(window), WindowPooling(isa))
        case 1: (.pooling(PoolingSpec(kind: .max, region: .adaptive(size))), BinPooling(isa))
        default:
          (.resize(ResizeSpec(target: .fixed(size), mode: .nearest)), BlockedResize(isa))
        }
      let trial = KernelTrial(
        call: try Call.make(spec, [epilogue.shape]), epilogue: epilogue.epilogue,
        layout: index % 2 == 0 ? isa.layout : .planar, gap: index % 5 == 0 ? 16 : 0)
      let outcome = try #require(try trial.run(kernel, epilogue.tensors))
      try #require(try outcome == trial.expected(epilogue.tensors), "case \(index)")
    }
  }

  /// The registers that are left of a tile suffice, with what the stages say that they need.
  @Test(arguments: PointwiseConformanceTests.generated)
  func stagesTakeTheRegistersTheyAskFor(isa: VectorISA) throws {
    var random = RandomNumbers(seed: 8)
    var (most, refused) = (0, 0)
    for index in 0..<RandomPointwise.count / 2 {
      let epilogue = try RandomEpilogue(&random, isExact: false)
      let form = PointwiseForm(epilogue.epilogue, of: epilogue.shape, isa.layout)
      guard let roomy = try? PointwiseCode(form, isa: isa, temporaries: 15) else {
        refused += 1
        continue
      }
      var least = roomy.program.temporaries
      while let code = try? PointwiseCode(form, isa: isa, temporaries: least - 1) {
        #expect(code.program.temporaries < least)
        least = code.program.temporaries
      }
      most = max(most, least)
      let trial = KernelTrial(
        call: try Call.make(.movement(.identity), [epilogue.shape]), epilogue: epilogue.epilogue,
        layout: isa.layout)
      let few = try #require(
        try trial.run(Few(isa: isa, temporaries: least), epilogue.tensors))
      let many = try trial.run(Few(isa: isa, temporaries: 15), epilogue.tensors)
      try #require(few == many, "case \(index)")
    }
    // Long expressions need more registers than there are, and run by rows.
    #expect(most > 1 && refused < RandomPointwise.count / 50)
  }

  /// A kernel that moves a map within blocks and applies the epilogue with few registers.
  private struct Few: KernelImplementation {
    let isa: VectorISA
    let temporaries: Int
    var name: String { "few" }

    func accept(_ call: KernelCall) -> Acceptance {
      .accepted(KernelDemand(call))
    }

    func prepare(
      _ call: KernelCall, parameters: [Tensor]
    ) throws(AllocationError) -> any PreparedKernel {
      let form = PointwiseForm(call.epilogue, of: call.call.output, call.output)
      let pass = try VectorPass(form, isa: isa, temporaries: temporaries, parameters)
      guard let pass else { throw AllocationError(bytes: 0) }
      return PreparedTrailing(
        kernel: try Reorder(isa).prepare(call.withoutEpilogue, parameters: []), inputCount: 1,
        pass: .code(pass))
    }
  }

  /// What is folded and what is left come to the whole.
  @Test func affineStagesAreFolded() throws {
    let (x, p, q) = (Scalar.input(0), Scalar.parameter(0), Scalar.parameter(1))
    var epilogue = Epilogue.none
    epilogue.stages = [
      .divide(.subtract(x, p), q), .multiply(.constant(2), x), .subtract(.constant(1), x),
      .maximum(x, .constant(0)), .add(x, .constant(1)),
    ]
    epilogue.parameterCount = 2
    let shape = try #require(Shape([2]))
    let parameters = [try Tensor(shape, [1, -2]), try Tensor(shape, [4, 0.5])]
    let folded = epilogue.foldingAffine(parameters, channels: 2)
    #expect(folded.slope == [-0.5, -4] && folded.intercept == [1.5, -7])
    #expect(folded.rest.stages == Array(epilogue.stages[3...]))
  }

  @Test func whatReadsAnotherMapIsNotFolded() {
    var epilogue = Epilogue.none
    epilogue.stages = [.add(.input(0), .input(1))]
    #expect(epilogue.leadingAffine.rest == epilogue)
    epilogue.stages = [.constant(3)]
    #expect(epilogue.leadingAffine.rest == epilogue)
  }
}

/// Random stages with exact arithmetic, over a map.
private struct RandomEpilogue {
  let shape: Shape
  let epilogue: Epilogue
  /// The map, the inputs of the epilogue and its parameters.
  let tensors: [Tensor]

  init(_ random: inout RandomNumbers, isExact: Bool = true) throws {
    let pointwise = try RandomPointwise(
      &random, isExact: isExact, hasEpilogue: true, hasPowers: false)
    shape = pointwise.call.output
    epilogue = pointwise.epilogue
    let own = pointwise.call.inputs.count
    let others = pointwise.tensors[own..<own + epilogue.inputs.count]
    let numbers = shape.count
    let map = try Tensor(
      shape, (0..<numbers).map { _ in Float(random.integer(in: -4...4)) / 2 })
    tensors = [map] + others + pointwise.tensors.suffix(epilogue.parameterCount)
  }
}
