//! Settings of the control plane's components: API server, controller manager and scheduler.

use super::schema::{maybe, one, with};
use crate::provider::aws::object::{block, text};
use crate::schema::{Attribute, NestedBlock};
use crate::value::{Type, Value};
use aws_sdk_eks::types::{
    Cluster, HorizontalPodAutoscalerControllerConfigRequest, KubeApiServerConfigRequest,
    KubeControllerManagerConfigRequest, KubeSchedulerConfigRequest, NodeResourcesFitConfig,
    ResourceWeight, ScoringStrategy, ScoringStrategyType, ServiceNodePortRange,
};
use serde_json::{Value as Json, json};

/// The names of the blocks.
pub(super) const BLOCKS: [&str; 3] = [
    "kube_api_server_config",
    "kube_controller_manager_config",
    "kube_scheduler_config",
];

/// The blocks.
pub(super) fn blocks() -> [NestedBlock; 3] {
    [api_server(), controller_manager(), scheduler()]
}

/// A planned block with all that EKS gives where the configuration does not: as it is recorded, else unknown.
pub(super) fn filled_in(nested: &NestedBlock, planned: &Value, recorded: Option<&Value>) -> Value {
    if planned.as_elements().is_some_and(<[Value]>::is_empty) {
        let unknown = || Value::unknown_not_null(planned.ty());
        return recorded.cloned().unwrap_or_else(unknown);
    }
    let before = recorded.and_then(Value::as_elements).unwrap_or_default();
    let mut before = before.iter();
    planned.map_parts(&mut |part| {
        let before = before.next();
        let Some(entries) = part.as_entries() else {
            return part.clone();
        };
        let mut entries = entries.to_map();
        for inner in &nested.block.blocks {
            if let Some(planned) = entries.get(inner.name) {
                let recorded = before.and_then(|before| before.get(inner.name));
                let filled = filled_in(inner, planned, recorded);
                entries.insert(inner.name.into(), filled);
            }
        }
        Value::object(entries).marked(part.marks)
    })
}

fn number(name: &'static str, description: &'static str) -> Attribute {
    Attribute::optional_computed(name, Type::Number, description)
}

fn api_server() -> NestedBlock {
    let ports = vec![
        number("max_port", "The last port."),
        number("min_port", "The first port."),
    ];
    with(
        one(
            "kube_api_server_config",
            vec![maybe("event_ttl", "How long events are kept, as `1h0m0s`.")],
            "Settings of the API server.",
        ),
        vec![one(
            "service_node_port_range",
            ports,
            "The ports of services of the type `NodePort`.",
        )],
    )
}

fn controller_manager() -> NestedBlock {
    with(
        one(
            "kube_controller_manager_config",
            Vec::new(),
            "Settings of the controller manager.",
        ),
        vec![one(
            "horizontal_pod_autoscaler_controller_config",
            vec![maybe(
                "horizontal_pod_autoscaler_sync_period",
                "How often the number of pods is looked at, as `15s`.",
            )],
            "Settings of the horizontal pod autoscaler.",
        )],
    )
}

fn scheduler() -> NestedBlock {
    let resource = vec![
        maybe("name", "The resource, as `cpu`."),
        number("weight", "Its weight."),
    ];
    let resource = NestedBlock {
        max: 0,
        ..one("resource", resource, "A resource and its weight.")
    };
    let strategy = one(
        "scoring_strategy",
        vec![maybe("type", "`LeastAllocated` or `MostAllocated`.")],
        "How nodes are scored.",
    );
    let fit = one(
        "node_resources_fit",
        Vec::new(),
        "How nodes are chosen by the resources that they have left.",
    );
    with(
        one(
            "kube_scheduler_config",
            Vec::new(),
            "Settings of the scheduler.",
        ),
        vec![with(fit, vec![with(strategy, vec![resource])])],
    )
}

/// The planned settings of the API server, for a request.
pub(super) fn api_server_request(cluster: &Value) -> Option<KubeApiServerConfigRequest> {
    let config = block(cluster, "kube_api_server_config")?;
    let ports = block(config, "service_node_port_range").map(|range| {
        ServiceNodePortRange::builder()
            .set_min_port(integer(range, "min_port"))
            .set_max_port(integer(range, "max_port"))
            .build()
    });
    Some(
        KubeApiServerConfigRequest::builder()
            .set_event_ttl(text(config, "event_ttl").map(str::to_owned))
            .set_service_node_port_range(ports)
            .build(),
    )
}

/// The planned settings of the controller manager, for a request.
pub(super) fn controller_manager_request(
    cluster: &Value,
) -> Option<KubeControllerManagerConfigRequest> {
    let config = block(cluster, "kube_controller_manager_config")?;
    let autoscaler = block(config, "horizontal_pod_autoscaler_controller_config").map(|config| {
        let period = text(config, "horizontal_pod_autoscaler_sync_period");
        HorizontalPodAutoscalerControllerConfigRequest::builder()
            .set_horizontal_pod_autoscaler_sync_period(period.map(str::to_owned))
            .build()
    });
    Some(
        KubeControllerManagerConfigRequest::builder()
            .set_horizontal_pod_autoscaler_controller_config(autoscaler)
            .build(),
    )
}

/// The planned settings of the scheduler, for a request.
pub(super) fn scheduler_request(cluster: &Value) -> Option<KubeSchedulerConfigRequest> {
    let config = block(cluster, "kube_scheduler_config")?;
    let fit = block(config, "node_resources_fit").map(|fit| {
        let strategy = block(fit, "scoring_strategy").map(strategy);
        NodeResourcesFitConfig::builder()
            .set_scoring_strategy(strategy)
            .build()
    });
    Some(
        KubeSchedulerConfigRequest::builder()
            .set_node_resources_fit(fit)
            .build(),
    )
}

fn strategy(strategy: &Value) -> ScoringStrategy {
    let resources = strategy.get("resource").and_then(Value::as_elements);
    let resources = resources.into_iter().flatten().map(|resource| {
        ResourceWeight::builder()
            .set_name(text(resource, "name").map(str::to_owned))
            .set_weight(integer(resource, "weight"))
            .build()
    });
    let resources: Vec<ResourceWeight> = resources.collect();
    ScoringStrategy::builder()
        .set_type(text(strategy, "type").map(ScoringStrategyType::from))
        .set_resources((!resources.is_empty()).then_some(resources))
        .build()
}

fn integer(object: &Value, name: &str) -> Option<i32> {
    crate::provider::aws::object::integer(object, name)
}

fn list(block: Option<Json>) -> Json {
    block.map_or_else(|| json!([]), |block| json!([block]))
}

/// The settings of a live cluster's API server.
pub(super) fn api_server_of(cluster: &Cluster) -> Json {
    list(cluster.kube_api_server_config().map(|config| {
        let ports = config.service_node_port_range();
        json!({
            "event_ttl": config.event_ttl(),
            "service_node_port_range": list(ports.map(|range| {
                json!({ "max_port": range.max_port(), "min_port": range.min_port() })
            })),
        })
    }))
}

/// The settings of a live cluster's controller manager.
pub(super) fn controller_manager_of(cluster: &Cluster) -> Json {
    list(cluster.kube_controller_manager_config().map(|config| {
        let autoscaler = config.horizontal_pod_autoscaler_controller_config();
        let autoscaler = autoscaler.map(|config| {
            let period = config.horizontal_pod_autoscaler_sync_period();
            json!({ "horizontal_pod_autoscaler_sync_period": period })
        });
        json!({ "horizontal_pod_autoscaler_controller_config": list(autoscaler) })
    }))
}

/// The settings of a live cluster's scheduler.
pub(super) fn scheduler_of(cluster: &Cluster) -> Json {
    list(cluster.kube_scheduler_config().map(|config| {
        let fit = config.node_resources_fit().map(|fit| {
            let strategy = fit.scoring_strategy().map(|strategy| {
                let resources = strategy.resources().iter();
                let resources: Vec<Json> = resources
                    .map(|resource| json!({ "name": resource.name(), "weight": resource.weight() }))
                    .collect();
                json!({
                    "type": strategy.r#type().map(ScoringStrategyType::as_str),
                    "resource": resources,
                })
            });
            json!({ "scoring_strategy": list(strategy) })
        });
        json!({ "node_resources_fit": list(fit) })
    }))
}
