import Kernels
import Planning
import Tensors

extension Plan {
  /// Bytes of a step's parameters as its kernel packs them, which do not depend on the numbers.
  package func packedBytes(
    of index: Int, _ catalogue: KernelCatalogue
  ) throws(RunError) -> Int {
    let step = steps[index]
    let shapes = Dictionary(uniqueKeysWithValues: weights.map { ($0.index, $0.shape) })
    var parameters: [Tensor] = []
    for parameter in step.parameters {
      parameters.append(
        try parameter.tensor { (index) throws(RunError) in
          guard let shape = shapes[index] else {
            throw .weightCount(expected: index + 1, found: shapes.count)
          }
          do throws(AllocationError) {
            return try Tensor(zeros: shape)
          } catch {
            throw .outOfMemory(bytes: error.bytes)
          }
        })
    }
    do throws(AllocationError) {
      return try catalogue.implementation(step.choice, of: step.kernel)
        .prepare(step.kernel, parameters: parameters).packedBytes
    } catch {
      throw .outOfMemory(bytes: error.bytes)
    }
  }
}
