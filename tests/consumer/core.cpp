// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "taskstore.h"

#include <AxiomState/BatchCoordinator>
#include <AxiomState/CompressedStateStorage>
#include <AxiomState/VirtualBatchHost>

#include <cstdio>

using namespace Axiom;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

int failures = 0;

void expect(const char *what, bool holds)
{
    failures += holds ? 0 : 1;
    std::printf("%s: %s\n", holds ? "passed" : "FAILED", what);
}

} // namespace

int main()
{
    auto owned = std::make_unique<VirtualBatchHost>();
    VirtualBatchHost *host = owned.get();
    BatchCoordinator coordinator(std::move(owned));
    BatchCoordinator::setInstance(&coordinator);
    {
        TaskStore store;
        for (int i = 0; i < 1000; ++i)
            store.state.enqueue([i](TaskState &s) {
                s.tasks.append({QString::number(i), i % 2 == 0});
            });
        expect("updates wait for their time", store.tasks()->rowCount() == 0);
        host->run(100ms);
        expect("updates are applied in virtual time", store.tasks()->rowCount() == 1000);

        CompressedStateStorage<TaskState> storage;
        expect("a state is compressed",
               storage.setState(*store.state) && storage.compressedBytes() > 0
                   && storage.compressedBytes() < 10'000);
        const auto back = storage.state();
        expect("and comes back as it was", back && *back == *store.state);
    }
    BatchCoordinator::setInstance(nullptr);
    return failures == 0 ? 0 : 1;
}
