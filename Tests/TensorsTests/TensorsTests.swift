import Testing

import Tensors
