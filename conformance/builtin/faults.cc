#include "conformance/builtin/faults.h"

#include <iterator>

namespace nvmf::conformance {

std::vector<Fault> ControllerFaults() {
  std::vector<Fault> all;
  for (std::vector<Fault> subject :
       {RobustFaults(), AnswerFaults(1), AnswerFaults(5), AnswerFaults(2), EndFaults(), IcFaults(),
        TransferFaults(), CommandFaults(), NvmFaults(), LastFaults()}) {
    all.insert(all.end(), std::make_move_iterator(subject.begin()),
               std::make_move_iterator(subject.end()));
  }
  return all;
}

}  // namespace nvmf::conformance
